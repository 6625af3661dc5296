import type { ComposeTools } from "./tools.ts";

export interface CommandResult {
  /** undefined when it was killed. */
  exitCode: number | undefined;
  /** stdout and stderr in order; the end of it where it was more than the cap. */
  output: string;
  stdout: string;
  timedOut: boolean;
}

export interface CommandOptions {
  tools: ComposeTools;
  cwd: string;
  signal: AbortSignal;
  /** Milliseconds. */
  timeout: number;
  /** Bytes of output that are kept. Default 1 MiB. */
  cap?: number;
  /** Text for its stdin, which is empty otherwise. */
  input?: string | undefined;
  /** Told the process id at once, so that an owner can end it. */
  onStart?: (pid: number) => void;
}

/**
 * Runs Compose in the clean environment and its own process group. When the time is over or the signal aborts, the
 * whole group is killed. Resolves with whatever exit code it had; rejects with the signal's reason when it aborted.
 */
export async function runCompose(args: string[], options: CommandOptions): Promise<CommandResult> {
  const { execa } = await import("execa");
  options.signal.throwIfAborted();
  const [file, ...first] = options.tools.command;
  if (file === undefined) throw new TypeError("the tools name no command");
  const child = execa(file, [...first, ...args], {
    cwd: options.cwd,
    env: options.tools.environment,
    extendEnv: false,
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    buffer: false,
    reject: false,
    // A group of its own: a plugin's children are ended with it, and a Ctrl-C in the terminal reaches us first.
    detached: process.platform !== "win32",
    cleanup: true,
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const kept = keepEnd(options.cap ?? 1_048_576);
  const onlyOut = keepEnd(65_536);
  child.stdout?.on("data", (chunk: Buffer) => {
    kept.add(chunk);
    onlyOut.add(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => kept.add(chunk));
  let timedOut = false;
  const end = () => killGroup(child.pid);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeout);
  options.signal.addEventListener("abort", end, { once: true });
  try {
    const result = await child;
    options.signal.throwIfAborted();
    return {
      exitCode: result.exitCode,
      output: kept.text() || (result.exitCode === undefined ? (result.message ?? "") : ""),
      stdout: onlyOut.text(),
      timedOut,
    };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", end);
  }
}

/** Kills a process group, or the process where there are no groups. Quiet when it has ended already. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // it ended before us
  }
}

/** Keeps the last `cap` bytes of a stream of chunks. */
function keepEnd(cap: number): { add(chunk: Buffer): void; text(): string } {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > cap * 2) {
        chunks = [Buffer.concat(chunks).subarray(-cap)];
        size = cap;
      }
    },
    text: () => Buffer.concat(chunks).subarray(-cap).toString("utf8"),
  };
}
