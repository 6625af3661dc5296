import { parseListeners } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { runProbe, type Subject } from "./running.ts";

/** TCP listeners in the subject's network namespace, from the kernel's own tables. */
export async function readListeners(run: RunContext, subject: Subject): Promise<{ address: string; port: number }[]> {
  const answer = await runProbe(run, subject, "network", "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; true", 5);
  return parseListeners(answer.stdout.toString());
}
