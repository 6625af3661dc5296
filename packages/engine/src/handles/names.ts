import { CheckFailure } from "@compose-labs/lab";
import { quoteWord } from "../probes/agent.ts";
import { parseLookup } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { tryControl } from "./control.ts";
import { runProbe, type Subject } from "./running.ts";

/** Seconds. The engine's name server knows its own names at once; what it asks others for is no service. */
const LOOKUP = 2;

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
