import { isIPv4 } from "node:net";
import { CheckFailure, type Failure, faultError } from "@compose-labs/lab";
import { quoteWord } from "../probes/agent.ts";
import { hasDefaultRoute, isOpenToOthers, parseLookup } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { addressesOf, modelKey, sharedAddresses } from "./addresses.ts";
import { readListeners } from "./http.ts";
import { findContainer, findRunning, nameSubject, runProbe, type Subject } from "./running.ts";

/** Seconds within which a connection must be made. */
const CONNECT = 2;
/** Seconds after which it counts as impossible: between containers the kernel answers in under a millisecond. */
const NO_CONNECT = 1;
/** The engine's name server knows its own names at once; what it asks others for is no service. */
const LOOKUP = 2;

export type Target = Subject | string;

const nameTarget = (target: Target) => (typeof target === "string" ? target : nameSubject(target));

interface Attempt {
  address: string;
  result: "connected" | "refused" | "unreachable";
}

/** Fails unless a TCP connection from `from` to the target is made within 2 s. */
export async function canReach(run: RunContext, from: Subject, target: Target, port: number): Promise<Attempt[]> {
  const source = await findRunning(run, from);
  if (typeof target !== "string") {
    const container = await findRunning(run, target);
    const addresses = sharedAddresses(source, container);
    const attempts = await connectAll(run, from, addresses, port);
    if (attempts.some(({ result }) => result === "connected")) return attempts;
    throw new CheckFailure(await explainNoReach(run, from, target, port, attempts));
  }
  const addresses = isIPv4(target) ? [target] : await lookUp(run, from, target);
  const attempts = await connectAll(run, from, addresses, port);
  if (attempts.some(({ result }) => result === "connected")) return attempts;
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
): Promise<{ control: string; tried: string }> {
  const [viaControl, attempts] = await Promise.all([
    tryControl(() => canReach(run, control, target, port), control, `reach ${nameTarget(target)}:${port}`),
    tryEveryWay(run, from, target, port),
  ]);
  const connected = attempts.find(({ result }) => result === "connected");
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

async function tryEveryWay(run: RunContext, from: Subject, target: Target, port: number): Promise<Attempt[]> {
  const name = typeof target === "string" ? target : target.service;
  const byName = isIPv4(name) ? [name] : await lookUp(run, from, name);
  const byAddress =
    typeof target === "string"
      ? []
      : (await run.containersOf(target.service)).flatMap(addressesOf).map(({ address }) => address);
  return connectAll(run, from, [...new Set([...byName, ...byAddress])], port, NO_CONNECT);
}

async function networkOf(run: RunContext, target: Target, address: string): Promise<string | undefined> {
  if (typeof target === "string") return undefined;
  const found = addressesOf(await findContainer(run, target)).find((candidate) => candidate.address === address);
  return found && (modelKey(run.runModel, run.runModel.compose.networks, found.network) ?? found.network);
}

/** A control that fails is the student's doing when it is a check failure; it never lets a negative check pass. */
async function tryControl<T>(ask: () => Promise<T>, control: Subject, what: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    const { failure } = error;
    throw new CheckFailure({
      ...failure,
      code: "CONTROL_UNREACHABLE",
      found: `\`${control.service}\`, which should be able to ${what}, cannot: ${failure.found}`,
      expected: `\`${control.service}\` can ${what}; only then does it mean something that another one cannot`,
    });
  }
}

/** Connects to all addresses at once from the namespace of `from`. */
async function connectAll(
  run: RunContext,
  from: Subject,
  addresses: string[],
  port: number,
  seconds = CONNECT,
): Promise<Attempt[]> {
  if (addresses.length === 0) return [];
  const jobs = addresses.map(
    (address) =>
      `( timeout -s KILL ${seconds + 1} nc -w ${seconds} ${quoteWord(address)} ${port} -e true 2>/tmp/c$$.${address}; echo "${address} $? $(cat /tmp/c$$.${address})"; rm -f /tmp/c$$.${address} ) &`,
  );
  const answer = await runProbe(run, from, "network", `${jobs.join("\n")}\nwait`, seconds + 3);
  const lines = answer.stdout.toString().split("\n");
  return addresses.map((address) => {
    const line = lines.find((candidate) => candidate.startsWith(`${address} `));
    if (line === undefined) {
      throw faultError(
        "PROBE_FAILED",
        `the grader's own probe beside ${from.service} said nothing about ${address}:${port}`,
        {
          hint: "Run again; if it stays, `grader doctor` examines the engine.",
        },
      );
    }
    const connected = line.startsWith(`${address} 0`);
    return { address, result: connected ? "connected" : /refused/i.test(line) ? "refused" : "unreachable" };
  });
}

function describeAttempts(attempts: Attempt[]): string {
  return attempts.length === 0
    ? "no address known"
    : attempts.map(({ address, result }) => `${address} ${result}`).join(", ");
}

/** Addresses that the engine's name server gives in the namespace of `from`; empty when it knows none. */
export async function lookUp(run: RunContext, from: Subject, name: string): Promise<string[]> {
  const script = `timeout -s KILL ${LOOKUP} nslookup -type=a ${quoteWord(name)} 2>&1`;
  const answer = await runProbe(run, from, "network", script, LOOKUP + 1);
  return parseLookup(answer.stdout.toString());
}

export async function resolves(run: RunContext, from: Subject, name: string): Promise<string[]> {
  const addresses = await lookUp(run, from, name);
  if (addresses.length > 0) return addresses;
  throw new CheckFailure({
    code: "NAME_UNKNOWN",
    found: `the name \`${name}\` has no address for \`${from.service}\``,
    expected: `\`${from.service}\` resolves \`${name}\``,
    at: `services.${from.service}.networks`,
    hint: "The engine's name server answers for service names and aliases on networks that both have joined.",
    reproduce: `docker compose exec ${from.service} nslookup ${name}`,
  });
}

export async function cannotResolve(run: RunContext, from: Subject, name: string, control: Subject): Promise<string[]> {
  const [known, addresses] = await Promise.all([
    tryControl(() => resolves(run, control, name), control, `resolve ${name}`),
    lookUp(run, from, name),
  ]);
  if (addresses.length === 0) return known;
  throw new CheckFailure({
    code: "NAME_RESOLVES",
    found: `\`${from.service}\` resolves \`${name}\` to ${addresses.join(", ")}`,
    expected: `the name \`${name}\` is unknown to \`${from.service}\`, whereas \`${control.service}\` knows it`,
    at: `services.${from.service}.networks`,
    hint: "A name is known on every network that its service has joined.",
    reproduce: `docker compose exec ${from.service} nslookup ${name}`,
  });
}

/** Default routes by the kernel's own table; nothing is sent. */
export async function hasNoWayOut(run: RunContext, from: Subject, control: Subject): Promise<void> {
  const [own, other] = await Promise.all([readDefaultRoute(run, from), readDefaultRoute(run, control)]);
  if (!other) {
    throw new CheckFailure({
      code: "CONTROL_UNREACHABLE",
      found: `\`${control.service}\`, which should have a way out of its networks, has none`,
      expected: `\`${control.service}\` has a default route; only then does it mean something that \`${from.service}\` has not`,
      at: `services.${control.service}.networks`,
      hint: "A service on `internal: true` networks only has no way out; give it a network that is not internal.",
      reproduce: `docker compose exec ${control.service} cat /proc/net/route`,
    });
  }
  if (!own) return;
  throw new CheckFailure({
    code: "NET_WAY_OUT",
    found: `\`${from.service}\` has a default route: its kernel sends packets for any address on`,
    expected: `\`${from.service}\` has no way to addresses outside its networks`,
    at: `services.${from.service}.networks`,
    hint: "One network that is not `internal: true` is enough to give a service a way out.",
    reproduce: `docker compose exec ${from.service} cat /proc/net/route`,
  });
}

async function readDefaultRoute(run: RunContext, subject: Subject): Promise<boolean> {
  const script = "cat /proc/net/route || exit 1; cat /proc/net/ipv6_route 2>/dev/null; true";
  const answer = await runProbe(run, subject, "network", script, 5);
  if (answer.exitCode !== 0) {
    throw faultError("PROBE_FAILED", `the grader's own probe beside ${subject.service} could not read the routes`, {
      hint: "Run again; if it stays, `grader doctor` examines the engine.",
    });
  }
  return hasDefaultRoute(answer.stdout.toString());
}

/** Interfaces that are up, other than `lo`. */
export async function readInterfaces(run: RunContext, subject: Subject): Promise<string[]> {
  const script = `for i in /sys/class/net/*; do echo "\${i##*/} $(cat $i/flags)"; done`;
  const answer = await runProbe(run, subject, "network", script, 5);
  return answer.stdout
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [name = "", flags = "0"] = line.split(" ");
      const up = (Number(flags) & 1) === 1;
      return name !== "" && name !== "lo" && up ? [name] : [];
    })
    .sort();
}
