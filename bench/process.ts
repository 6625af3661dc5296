import { spawn } from "node:child_process";

/** One run of a program from its start to its end; times in milliseconds. */
export interface Timing {
  ms: number;
  /** Until the first byte on stdout; `ms` where there was none. */
  firstByte: number;
  /** Milliseconds since the epoch at the first byte on stdout. */
  spokeAt: number;
  exitCode: number;
  pid: number;
  stdout: string;
  stderr: string;
}

export interface Start {
  directory?: string;
  environment?: Record<string, string>;
  signal: AbortSignal;
}

/** Runs a program and measures it; a program that the signal ends gets SIGTERM and the time to clean up. */
export function runTimed(command: string, args: string[], start: Start): Promise<Timing> {
  start.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(command, args, {
      cwd: start.directory,
      env: { ...process.env, ...start.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const abort = () => child.kill("SIGTERM");
    start.signal.addEventListener("abort", abort, { once: true });
    let [stdout, stderr, firstByte, spokeAt] = ["", "", 0, 0];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      firstByte ||= performance.now() - from;
      spokeAt ||= Date.now();
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const ms = performance.now() - from;
      start.signal.removeEventListener("abort", abort);
      if (start.signal.aborted) reject(start.signal.reason);
      else {
        const whole = { firstByte: firstByte || ms, spokeAt: spokeAt || Date.now() };
        resolve({ ms, ...whole, exitCode: code ?? -1, pid: child.pid ?? -1, stdout, stderr });
      }
    });
  });
}

/** A measurement of something that did not do its work is none. */
export function expectExit(timing: Timing, expected: number[], what: string): Timing {
  if (expected.includes(timing.exitCode)) return timing;
  const tail = `${timing.stdout}\n${timing.stderr}`.trim().split("\n").slice(-12).join("\n  ");
  throw new Error(`${what} ended with ${timing.exitCode}, expected ${expected.join(" or ")}:\n  ${tail}`);
}
