import { faultError } from "@compose-labs/lab";
import { quoteWord } from "../probes/agent.ts";
import type { RunContext } from "../run-context.ts";
import { runProbe, type Subject } from "./running.ts";

/** Seconds within which a connection must be made. */
const CONNECT = 2;
/** Seconds after which it counts as impossible: between containers the kernel answers in under a millisecond. */
export const NO_CONNECT = 1;

export interface Attempt {
  address: string;
  result: "connected" | "refused" | "unreachable";
}

/** Connects to all addresses at once from the namespace of `from`. */
export async function connectAll(
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

export function describeAttempts(attempts: Attempt[]): string {
  return attempts.length === 0
    ? "no address known"
    : attempts.map(({ address, result }) => `${address} ${result}`).join(", ");
}
