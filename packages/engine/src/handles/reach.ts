import { isIPv4 } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { CheckFailure, type Failure, type Reach } from "@compose-labs/lab";
import { isOpenToOthers } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { addressesOf, modelKey, sharedAddresses } from "./addresses.ts";
import { type Attempt, connectAll, describeAttempts, NO_CONNECT } from "./connect-probe.ts";
import { tryControl } from "./control.ts";
import { readListeners } from "./listeners.ts";
import { lookUp } from "./names.ts";
import { findContainer, findRunning, nameSubject, type Subject } from "./running.ts";

export type Target = Subject | string;

const nameTarget = (target: Target) => (typeof target === "string" ? target : nameSubject(target));

/** Is told who reached whom. */
export type TellReach = (reach: Reach) => void;

const hasConnected = (attempts: Attempt[]): boolean => attempts.some(({ result }) => result === "connected");

/** A name that is no service of the stack is nobody who could be drawn. */
function tellOf(run: RunContext, tell: TellReach, from: Subject, target: Target, port: number, reached: boolean): void {
  const to = typeof target === "string" ? target : target.service;
  if (run.runModel.services[to] !== undefined) tell({ from: from.service, to, port, reached });
}

/** Fails unless a TCP connection from `from` to the target is made within 2 s. */
export async function canReach(
  run: RunContext,
  from: Subject,
  target: Target,
  port: number,
  tell: TellReach,
): Promise<Attempt[]> {
  const source = await findRunning(run, from);
  if (typeof target !== "string") {
    const container = await findRunning(run, target);
    const addresses = sharedAddresses(source, container);
    const attempts = await connectAll(run, from, addresses, port);
    tellOf(run, tell, from, target, port, hasConnected(attempts));
    if (hasConnected(attempts)) return attempts;
    throw new CheckFailure(await explainNoReach(run, from, target, port, attempts));
  }
  const addresses = isIPv4(target) ? [target] : await lookUp(run, from, target);
  const attempts = await connectAll(run, from, addresses, port);
  tellOf(run, tell, from, target, port, hasConnected(attempts));
  if (hasConnected(attempts)) return attempts;
  throw new CheckFailure({
    code: "CANNOT_REACH",
    found:
      addresses.length === 0
        ? `the name \`${target}\` is unknown to \`${from.service}\``
        : `no connection from \`${from.service}\` to ${target}:${port} (${describeAttempts(attempts)})`,
    expected: `\`${from.service}\` reaches ${target}:${port}`,
    at: `services.${from.service}.networks`,
    reproduce: `docker compose exec ${from.service} nc -zv ${target} ${port}`,
  });
}

async function explainNoReach(
  run: RunContext,
  from: Subject,
  to: Subject,
  port: number,
  attempts: Attempt[],
): Promise<Failure> {
  const base = {
    expected: `\`${from.service}\` reaches \`${to.service}\` on port ${port}`,
    reproduce: `docker compose exec ${from.service} nc -zv ${to.service} ${port}`,
  };
  if (attempts.length === 0) {
    const networks = (name: string) =>
      Object.keys(run.runModel.compose.services[name]?.networks ?? {}).join(", ") || "none";
    return {
      code: "NO_SHARED_NETWORK",
      found: `\`${from.service}\` (networks: ${networks(from.service)}) and \`${to.service}\` (networks: ${networks(to.service)}) share no network`,
      hint: "A service is reached from the networks it joins, and from no other.",
      at: `services.${from.service}.networks`,
      ...base,
    };
  }
  const listeners = await readListeners(run, to);
  const own = listeners.filter((listener) => listener.port === port);
  if (own.length > 0 && !own.some(({ address }) => isOpenToOthers(address))) {
    return {
      code: "NET_LOOPBACK_BIND",
      found: `\`${to.service}\` listens on port ${port} of its own loopback only (${own.map(({ address }) => address).join(", ")})`,
      hint: "127.0.0.1 inside a container is that container alone: bind the server to 0.0.0.0.",
      at: `services.${to.service}`,
      ...base,
    };
  }
  if (own.length === 0) {
    const others = listeners.map((listener) => `${listener.address}:${listener.port}`).join(", ");
    return {
      code: "NOTHING_LISTENS",
      found: `nothing listens on port ${port} in \`${to.service}\`; ${others === "" ? "it listens on no TCP port at all" : `it listens on ${others}`}`,
      at: `services.${to.service}`,
      ...base,
    };
  }
  return {
    code: "CANNOT_REACH",
    found: `no connection from \`${from.service}\` to \`${to.service}\`:${port} (${describeAttempts(attempts)})`,
    at: `services.${from.service}.networks`,
    ...base,
  };
}

/**
 * Fails when any way leads from `from` to the target: its name, or any address it has on any network. At the same time
 * the control must get there.
 */
export async function cannotReach(
  run: RunContext,
  from: Subject,
  target: Target,
  port: number,
  control: Subject,
  tell: TellReach,
): Promise<{ control: string; tried: string }> {
  const [viaControl, attempts] = await Promise.all([
    tryControl(() => canReach(run, control, target, port, tell), control, `reach ${nameTarget(target)}:${port}`),
    tryEveryWay(run, from, target, port).then((first) =>
      lasting(first, (addresses) => connectAll(run, from, addresses, port, NO_CONNECT)),
    ),
  ]);
  const connected = attempts.find(({ result }) => result === "connected");
  tellOf(run, tell, from, target, port, connected !== undefined);
  if (connected === undefined) return { control: describeAttempts(viaControl), tried: describeAttempts(attempts) };
  const network = await networkOf(run, target, connected.address);
  const name = nameTarget(target);
  throw new CheckFailure({
    code: "NET_REACHABLE",
    found: `\`${from.service}\` connected to \`${name}\`:${port} (${connected.address}${network === undefined ? "" : ` on network \`${network}\``})`,
    expected: `\`${from.service}\` has no way to \`${name}\`, whereas \`${control.service}\` has`,
    at: `services.${typeof target === "string" ? from.service : target.service}.networks`,
    hint: "Every pair of services on a common network can reach each other, published or not.",
    reproduce: `docker compose exec ${from.service} nc -zv ${name} ${port}`,
  });
}

/** Milliseconds before each further try. */
const PAUSES = [50, 150, 400];

/**
 * The attempts, of which those count as connected that connect again each time. While a network is made anywhere on
 * the engine, Docker takes the rules that keep networks apart out of the kernel's table and puts them back: for some
 * milliseconds every container reaches every other one (24 of 1,500 connections with Docker 26.1 while 12 networks were
 * made). What a submission connects stays connected.
 */
export async function lasting(
  attempts: Attempt[],
  again: (addresses: string[]) => Promise<Attempt[]>,
): Promise<Attempt[]> {
  let connected = addressesThatConnected(attempts);
  for (const pause of PAUSES) {
    if (connected.length === 0) break;
    await delay(pause);
    connected = addressesThatConnected(await again(connected));
  }
  return attempts.map((attempt) =>
    attempt.result === "connected" && !connected.includes(attempt.address)
      ? { ...attempt, result: "unreachable" }
      : attempt,
  );
}

const addressesThatConnected = (attempts: Attempt[]): string[] =>
  attempts.filter(({ result }) => result === "connected").map(({ address }) => address);

/** By address at once, and by the addresses that the name turns out to have. */
async function tryEveryWay(run: RunContext, from: Subject, target: Target, port: number): Promise<Attempt[]> {
  const connect = (addresses: string[]) => connectAll(run, from, [...new Set(addresses)], port, NO_CONNECT);
  if (typeof target === "string") return connect(isIPv4(target) ? [target] : await lookUp(run, from, target));
  const containers = await run.containersOf(target.service);
  const known = containers.flatMap(addressesOf).map(({ address }) => address);
  const byName = async () => {
    const named = await lookUp(run, from, target.service);
    return connect(named.filter((address) => !known.includes(address)));
  };
  return (await Promise.all([connect(known), byName()])).flat();
}

async function networkOf(run: RunContext, target: Target, address: string): Promise<string | undefined> {
  if (typeof target === "string") return undefined;
  const found = addressesOf(await findContainer(run, target)).find((candidate) => candidate.address === address);
  return found && (modelKey(run.runModel, run.runModel.compose.networks, found.network) ?? found.network);
}
