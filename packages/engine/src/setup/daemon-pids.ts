import { readFile, rm } from "node:fs/promises";

/** Where dockerd and the containerd it starts write their process ids. */
export const PID_FILES = [
  "/var/run/docker.pid",
  "/var/run/docker/containerd/containerd.pid",
  "/var/run/docker/containerd/docker-containerd.pid",
];

/** Name of a process's program, or undefined when there is no such process. */
export type NameProcess = (pid: number) => Promise<string | undefined>;

export const nameProcess: NameProcess = (pid) =>
  readFile(`/proc/${pid}/comm`, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );

/**
 * Removes pid files whose process is gone or is no daemon any more (a killed daemon leaves them, and the next one
 * refuses to start). Returns the files removed, and whether a daemon named by one of the others is still alive.
 */
export async function removeStalePids(
  files: string[],
  nameOf: NameProcess,
): Promise<{ removed: string[]; alive: boolean }> {
  const removed: string[] = [];
  let alive = false;
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const pid = Number(text.trim());
    const name = Number.isInteger(pid) && pid > 0 ? await nameOf(pid) : undefined;
    if (name !== undefined && /^(dockerd|containerd)$/.test(name)) {
      if (name === "dockerd") alive = true;
      continue;
    }
    await rm(file, { force: true });
    removed.push(file);
  }
  return { removed, alive };
}
