import type { MountFacts, NetworkFacts } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { rawOf } from "../stack/container-facts.ts";
import type { Observed } from "../stack/watch.ts";
import { addressesOf, modelKey } from "./addresses.ts";

/** What is mounted, as the engine says; volumes by their key in the model. */
export function readMounts(run: RunContext, container: Observed): MountFacts[] {
  const raw = rawOf(container);
  const { volumes } = run.runModel.compose;
  const mounts = raw.Mounts.map((mount): MountFacts => {
    const volume = mount.Type === "volume" ? modelKey(run.runModel, volumes, mount.Name ?? "") : undefined;
    return {
      type: mount.Type as MountFacts["type"],
      target: mount.Destination,
      readOnly: !mount.RW,
      volume,
      anonymous: mount.Type === "volume" && volume === undefined,
    };
  });
  const known = new Set(mounts.map(({ target }) => target));
  // `tmpfs:` of a service is not in Mounts.
  const temporary = Object.entries((raw.HostConfig.Tmpfs ?? {}) as Record<string, string>).flatMap(
    ([target, options]) =>
      known.has(target)
        ? []
        : [
            {
              type: "tmpfs" as const,
              target,
              readOnly: options.split(",").includes("ro"),
              volume: undefined,
              anonymous: false,
            },
          ],
  );
  return [...mounts, ...temporary].sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** The networks it has joined, by their key in the model. */
export function readNetworks(run: RunContext, container: Observed): NetworkFacts[] {
  const networks = rawOf(container).NetworkSettings.Networks ?? {};
  return addressesOf(container).map(({ network, address }) => ({
    network: modelKey(run.runModel, run.runModel.compose.networks, network) ?? network,
    address,
    // The engine adds the short id as an alias of its own.
    aliases: ((networks[network]?.Aliases ?? []) as string[]).filter((alias) => !container.id.startsWith(alias)),
  }));
}

const KINDS = ["modified", "added", "deleted"] as const;

/** `docker diff` in words. */
export async function readChanges(run: RunContext, container: Observed) {
  // Without any change the engine answers `null`, which dockerode hands over as bytes.
  const changes: unknown = await run.docker.getContainer(container.id).changes();
  if (!Array.isArray(changes)) return [];
  return (changes as { Kind: number; Path: string }[]).map(({ Kind, Path }) => ({
    kind: KINDS[Kind] ?? "modified",
    path: Path,
  }));
}
