import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { parse } from "node:path";
import { fileURLToPath } from "node:url";
import type { WatchOrder } from "./watcher.ts";

export const WATCHER_SCRIPT = fileURLToPath(new URL("./watcher.ts", import.meta.url));

/**
 * The waiting is done by a shell: it starts in a millisecond and holds 1 MB, where Node would take 40 ms of a core
 * and 40 MB. $1 node, $2 script, $3 order, $4 seconds until the deadline has passed.
 * The timer acts by itself and leaves the reader waiting: a hung owner may come back and make more. `kill 0` is for
 * the timer and its sleep: the group is the watcher's own, since it leads its session.
 */
const WAIT = `trap '' INT HUP
(sleep "$4" && exec "$1" "$2" "$3" deadline) &
read -r word
trap '' TERM; kill 0; trap - TERM
[ "$word" = done ] || exec "$1" "$2" "$3" act`;

/** Seconds; not every `sleep` bears more than 31 bits of milliseconds. */
const MONTH = 2_000_000;

export interface Watcher {
  pid: number;
  /** Ends the pipe without a word, as the owner's death does. */
  leave(): void;
  /** Tells it that the owner has cleaned up by itself; resolves when it has been told. */
  dismiss(): Promise<void>;
}

/**
 * Starts the watcher in its own session, away from the owner's terminal and its signals. It knows of the owner's
 * death by the end of a pipe, which the kernel closes whatever kills the owner. It does not keep the owner running.
 */
export async function startWatcher(order: WatchOrder, seconds: number, shell = "/bin/sh"): Promise<Watcher> {
  const told = [WATCHER_SCRIPT, JSON.stringify(order)];
  const rest = String(Math.min(Math.max(1, Math.ceil(seconds)), MONTH));
  const withShell = () => launch(shell, ["-c", WAIT, "compose-labs-watcher", process.execPath, ...told, rest]);
  const withNode = () => launch(process.execPath, [...told, "wait", rest]);
  const child = process.platform === "win32" ? await withNode() : await withShell().catch(withNode);
  const { stdin, pid } = child;
  if (stdin === null || pid === undefined) throw new Error("the watcher was started without a pipe");
  // It may have been killed, by itself or at its deadline: the owner goes on without it.
  stdin.on("error", () => {});
  child.on("error", () => {});
  child.unref();
  return {
    pid,
    leave: () => void stdin.end(),
    dismiss: () => new Promise((resolve) => (stdin.destroyed ? resolve() : stdin.end("done\n", () => resolve()))),
  };
}

async function launch(command: string, words: string[]): Promise<ChildProcess> {
  const { PATH, SystemRoot } = process.env;
  const child = spawn(command, words, {
    detached: true,
    windowsHide: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: parse(process.execPath).root,
    // Nothing by which a job runner would count it among the job's processes and end it with them.
    env: { ...(PATH !== undefined && { PATH }), ...(SystemRoot !== undefined && { SystemRoot }) },
  });
  await once(child, "spawn");
  return child;
}
