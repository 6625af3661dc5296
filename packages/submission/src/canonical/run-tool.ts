import { spawn } from "node:child_process";

export interface ToolAnswer {
  /** Undefined when it was killed. */
  exitCode: number | undefined;
  /** Cut at the bound. */
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** The program could not be started: `ENOENT`. */
  startError: string | undefined;
}

/**
 * Runs a program with exactly the given environment, nothing on stdin, bounded output and a deadline. A process
 * group of its own, so that what the program starts ends with it.
 */
export async function runTool(
  command: readonly string[],
  options: {
    cwd: string;
    environment: Record<string, string>;
    seconds: number;
    maxBytes: number;
    signal: AbortSignal;
    /** Called as soon as the program is at work. */
    onStarted?: () => void;
  },
): Promise<ToolAnswer> {
  // An abort that is over already would never be heard of.
  options.signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ToolAnswer>();
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  options.onStarted?.();
  let timedOut = false;
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.seconds * 1000);
  options.signal.addEventListener("abort", kill, { once: true });
  const gather = (stream: NodeJS.ReadableStream): (() => string) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= options.maxBytes) chunks.push(chunk);
      else kill();
    });
    return () => Buffer.concat(chunks).toString("utf8");
  };
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  const end = (exitCode: number | undefined, startError?: string): void => {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", kill);
    if (options.signal.aborted) reject(options.signal.reason);
    else resolve({ exitCode, stdout: stdout(), stderr: stderr(), timedOut, startError });
  };
  child.once("error", (error: NodeJS.ErrnoException) => end(undefined, error.code ?? error.message));
  child.once("close", (code) => end(code ?? undefined));
  return await promise;
}
