import { spawn } from "node:child_process";

export interface ProgramAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  folder: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  input?: string | Buffer | undefined;
}

const MAX_ERROR = 16_384;

/** Runs a program to its end; undefined where the machine has none of that name. Rejects when `signal` is aborted. */
export function runProgram(
  program: string,
  args: readonly string[],
  { folder, env, signal, input = "" }: ProgramOptions,
): Promise<ProgramAnswer | undefined> {
  signal.throwIfAborted();
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    // A program of the user's own is asked to end, so that it can take its locks away.
    const end = () => child.kill("SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-MAX_ERROR)));
    // A program that ended early closes the pipe; its exit code says why.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? done(undefined) : failed(error)));
    child.once("close", (exitCode) => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) failed(signal.reason);
      else done({ exitCode: exitCode ?? -1, stdout, stderr });
    });
  });
}
