import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Bytes that the processes of a control group and of those below it have written to disks, as the kernel counts them
 * in `/proc/<pid>/io`. It adds up what it sees: a process that lives between two calls is missed. It sees nothing where
 * the group is another machine's, or the processes are not ours to look at.
 */
export class WrittenBytes {
  readonly #group: string;
  readonly #byProcess = new Map<string, number>();

  /** `cgroup` as the engine names it: `/docker/<id>`. */
  constructor(cgroup: string) {
    this.#group = join("/sys/fs/cgroup/memory", cgroup);
  }

  async count(): Promise<number> {
    for (const pid of await processesOf(this.#group)) {
      const io = await readFile(`/proc/${pid}/io`, "utf8").catch(() => "");
      const written = Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? 0);
      this.#byProcess.set(pid, Math.max(written, this.#byProcess.get(pid) ?? 0));
    }
    return [...this.#byProcess.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

async function processesOf(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  const own = await readFile(join(group, "cgroup.procs"), "utf8").catch(() => "");
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => processesOf(join(group, name))),
  );
  return [...own.split("\n").filter(Boolean), ...below.flat()];
}
