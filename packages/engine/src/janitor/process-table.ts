import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** One process of this machine, as far as this user may see it. */
export interface ProcessEntry {
  pid: number;
  /** Process group id. */
  group: number;
  /** `argv`, or the words of it where the system only gives a line. */
  arguments: string[];
  /** `NAME=value`; empty where the system does not show it (another user's process). */
  environment: string[];
}

/**
 * When the process started, as the operating system counts it (an opaque word to compare with another of the
 * same machine), or undefined when there is no such process or it is a zombie.
 * Linux: field 22 of `/proc/<pid>/stat`; elsewhere `ps -o lstart=`; Windows: only "exists".
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return (await readStat(pid))?.start;
  if (process.platform === "win32") return exists(pid) ? "" : undefined;
  try {
    const { stdout } = await run("ps", ["-o", "state=,lstart=", "-p", String(pid)], { env: psEnvironment() });
    const [state = "", ...start] = stdout.trim().split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined;
  }
}

/** Every process this user may see. Empty where neither `/proc` nor `ps` is there. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  if (process.platform === "linux") return listProc();
  if (process.platform === "win32") return [];
  try {
    // -E adds the environment on macOS, where it follows the arguments on the same line.
    const flags = process.platform === "darwin" ? ["-A", "-E", "-ww"] : ["-A", "-ww"];
    const options = { env: psEnvironment(), maxBuffer: 64 * 1024 * 1024 };
    return parsePs((await run("ps", [...flags, "-o", "pid=,pgid=,args="], options)).stdout);
  } catch {
    return [];
  }
}

/** Lines of `ps -o pid=,pgid=,args=`: words serve as arguments and as environment, since the line does not tell them apart. */
export function parsePs(text: string): ProcessEntry[] {
  return text.split("\n").flatMap((line) => {
    const [pid, group, ...words] = line.trim().split(/\s+/);
    if (pid === undefined || group === undefined || !/^\d+$/.test(pid)) return [];
    return [{ pid: Number(pid), group: Number(group), arguments: words, environment: words }];
  });
}

/** `/proc/<pid>/stat`: the name in brackets may hold spaces and brackets itself, so fields are counted after its end. */
export function parseStat(text: string): { state: string; group: number; start: string } | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields;
  const start = fields[19];
  if (state === undefined || group === undefined || start === undefined) return undefined;
  return { state, group: Number(group), start };
}

async function readStat(pid: number) {
  try {
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "latin1"));
    return stat === undefined || stat.state === "Z" || stat.state === "X" ? undefined : stat;
  } catch {
    return undefined;
  }
}

async function listProc(): Promise<ProcessEntry[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const entries = await Promise.all(
    pids.map(async (pid) => {
      const [stat, argv, environment] = await Promise.all([
        readStat(pid),
        readWords(`/proc/${pid}/cmdline`),
        readWords(`/proc/${pid}/environ`),
      ]);
      return stat === undefined ? [] : [{ pid, group: stat.group, arguments: argv, environment }];
    }),
  );
  return entries.flat();
}

/** NUL-ended words; none when the process is gone or another user's. */
async function readWords(path: string): Promise<string[]> {
  try {
    const text = await readFile(path, "utf8");
    return text.split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** `lstart` is written in the user's language otherwise. */
function psEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
}
