import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { startOf } from "../janitor/process-table.ts";

export interface LockOptions {
  /** Absolute path of the lock, in a folder that exists. */
  file: string;
  signal: AbortSignal;
  /** Called once when somebody else has it. */
  onWait: () => void;
}

/** Runs `work` while no other process of this machine runs work under the same file; a dead owner's lock is taken over. */
export async function withLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(options);
  try {
    return await work();
  } finally {
    await rm(options.file, { force: true });
  }
}

async function acquire({ file, signal, onWait }: LockOptions): Promise<void> {
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  for (let told = false; ; await sleep(150, undefined, { signal })) {
    try {
      await writeFile(file, mine, { flag: "wx" });
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const owner = await readFile(file, "utf8").catch(() => undefined);
    // Just removed, or just made and not written yet.
    if (owner === undefined || owner === "") continue;
    if (!(await isAlive(owner))) await takeAway(file, owner);
    else if (!told) {
      told = true;
      onWait();
    }
  }
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid, ...start] = owner.split(" ");
  return (await startOf(Number(pid))) === start.join(" ");
}

/** Renamed first: whoever comes second finds somebody else's lock in his hand, and gives it back. */
async function takeAway(file: string, owner: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, "utf8")) !== owner) await link(aside, file);
  } catch {
    // Another process was faster; the caller looks again.
  }
  await rm(aside, { force: true });
}
