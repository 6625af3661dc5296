/**
 * What a run's watcher runs once it must act, and the whole watcher where there is no `sh`.
 * It imports nothing but the janitor's own files and dockerode: the sooner it has started, the sooner all is gone.
 *
 * node watcher.ts <order> act | deadline | wait <seconds>
 */
import { readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAddress } from "./engine-address.ts";
import { finishRun, type RunRemains } from "./finish-run.ts";
import { parseLease } from "./lease-file.ts";

/** What the watcher is told as its first argument, as JSON. */
export interface WatchOrder extends RunRemains {
  /** Path of the lease file: it says which engine the run is on, and is removed when all is gone. */
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
  if (mode !== "wait") await act(JSON.parse(order), mode === "deadline");
  else await waitAndAct(JSON.parse(order), Number(seconds) * 1_000);
  process.exit(0);
}

/**
 * Whatever cannot be removed stays on the lease, for the next sweep; and so does a run whose owner is only late,
 * since it may come back and make more.
 */
async function act({ lease, ...run }: WatchOrder, late: boolean): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      const address = parseLease(await readFile(lease, "utf8"))?.docker;
      const docker = address && (await connectAddress(address));
      const { left } = await finishRun(run, { docker, quiet: QUIET, limit: LIMIT });
      if (left.length === 0 && !late) await rm(lease, { force: true });
      return;
    } catch {
      await sleep(PAUSE);
    }
  }
}

/** The owner's end of standard input: "done" before it, or nothing. At the deadline it acts, and waits on. */
async function waitAndAct(order: WatchOrder, milliseconds: number): Promise<void> {
  const timer = setTimeout(() => void act(order, true), Math.min(milliseconds, 2 ** 31 - 1));
  const word = await readWord();
  clearTimeout(timer);
  if (word === "gone") await act(order, false);
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
