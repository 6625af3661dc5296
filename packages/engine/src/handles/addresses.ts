import type { ContainerFacts, RunModel } from "@compose-labs/lab";
import { rawOf } from "../stack/container-facts.ts";

/** A container's address on one network, by the engine's name of it. */
export interface Address {
  network: string;
  address: string;
}

/** Its addresses on all its networks; none for `network_mode: none`. */
export function addressesOf(container: ContainerFacts): Address[] {
  const networks = rawOf(container).NetworkSettings.Networks ?? {};
  return Object.entries(networks).flatMap(([network, { IPAddress: address }]) =>
    address === "" || address === undefined ? [] : [{ network, address }],
  );
}

/** Addresses of `to` on networks that `from` has joined too. */
export function sharedAddresses(from: ContainerFacts, to: ContainerFacts): string[] {
  const own = new Set(addressesOf(from).map(({ network }) => network));
  return addressesOf(to).flatMap(({ network, address }) => (own.has(network) ? [address] : []));
}

/** The key in the model of a network or volume that the engine knows by its full name. */
export function modelKey(
  runModel: RunModel,
  entries: Record<string, { name?: string } | null> | undefined,
  engineName: string,
): string | undefined {
  const named = Object.entries(entries ?? {}).find(
    ([key, entry]) => (entry?.name ?? `${runModel.project}_${key}`) === engineName,
  );
  return named?.[0];
}
