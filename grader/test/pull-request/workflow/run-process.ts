import { spawn } from "node:child_process";

export interface ProcessRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program with exactly this environment and nothing to read; it ends when the program does. */
export function runProcess(
  command: string,
  args: readonly string[],
  { cwd, env, input }: { cwd: string; env: NodeJS.ProcessEnv; input?: string },
): Promise<ProcessRun> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env, stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    child.stdin?.end(input);
    child.once("error", failed);
    child.once("close", (exitCode) => done({ exitCode: exitCode ?? 1, ...said }));
  });
}
