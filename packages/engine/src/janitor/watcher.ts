/**
 * What a run's watcher runs once it must act, and the whole watcher where there is no `sh`.
 * It imports nothing but the janitor's own files and dockerode: the sooner it has started, the sooner all is gone.
 *
 * node watcher.ts <order> act | wait <seconds>
 */
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAddress, type EngineAddress } from "./engine-address.ts";
import { finishRun, type RunRemains } from "./finish-run.ts";

/** What the watcher is told as its first argument, as JSON. */
export interface WatchOrder extends RunRemains {
  docker: EngineAddress;
  /** Path of the lease file, removed when all is gone. */
  lease: string;
}

/** A create or a build may still be in flight in the engine for a moment after its client has died. */
const QUIET = 3_000;
const LIMIT = 60_000;
/** The engine may be restarting: tries, and milliseconds between them. */
const TRIES = 10;
const PAUSE = 3_000;

if (import.meta.main) {
  const [order = "{}", mode, seconds] = process.argv.slice(2);
  const end = mode === "wait" ? await waitForEnd(Number(seconds) * 1_000) : "gone";
  if (end === "gone") await act(JSON.parse(order));
  process.exit(0);
}

/** Whatever cannot be removed stays on the lease, for the next sweep. */
async function act({ docker: address, lease, ...run }: WatchOrder): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      const docker = await connectAddress(address);
      const { left } = await finishRun(run, { docker, quiet: QUIET, limit: LIMIT });
      if (left.length === 0) await rm(lease, { force: true });
      return;
    } catch {
      await sleep(PAUSE);
    }
  }
}

/** The owner's end of standard input: "done" first, or nothing ("gone"), which is also what a passed deadline means. */
async function waitForEnd(milliseconds: number): Promise<"done" | "gone"> {
  const timer = new AbortController();
  const deadline = sleep(Math.min(milliseconds, 2 ** 31 - 1), "gone" as const, { signal: timer.signal });
  const end = await Promise.race([deadline, readWord()]);
  timer.abort();
  deadline.catch(() => {});
  return end;
}

async function readWord(): Promise<"done" | "gone"> {
  let text = "";
  try {
    for await (const chunk of process.stdin) text += String(chunk);
  } catch {
    // A broken pipe is an end too.
  }
  return text.startsWith("done") ? "done" : "gone";
}
