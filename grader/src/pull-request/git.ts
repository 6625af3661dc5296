import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { faultError } from "@compose-labs/lab/errors";

interface GitAnswer {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
  /** The answer was longer than its bound; what is there is its beginning. */
  cut: boolean;
}

export interface Git {
  /** Runs one command of git; throws the fault GIT_FAILED unless it exits with one of `exits` (0). */
  run(args: readonly string[], options?: { maxBytes?: number; input?: string; exits?: number[] }): Promise<GitAnswer>;
}

/** Nothing that a repository or a machine configures may run a program, or show other objects than a hash names. */
const CLEAN = [
  "--no-pager",
  "--no-replace-objects",
  "--literal-pathspecs",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.attributesFile=/dev/null",
  "-c",
  "core.commitGraph=false",
  // The checkout may belong to another user of the machine; as nothing of it is run, its owner does not matter.
  "-c",
  "safe.directory=*",
];

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_ERROR = 4_096;

/** Git on one repository, read only. `repository` is a folder with a checkout, or a bare one. */
export function openGit(
  repository: string,
  { environment, signal }: { environment: NodeJS.ProcessEnv; signal: AbortSignal },
): Git {
  const folder = resolve(repository);
  const env = {
    PATH: environment["PATH"],
    ...(environment["SystemRoot"] === undefined ? {} : { SystemRoot: environment["SystemRoot"] }),
    LC_ALL: "C",
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // A folder that is no repository must not stand for one that it lies in.
    GIT_CEILING_DIRECTORIES: dirname(folder),
  };
  return {
    async run(args, { maxBytes = MAX_BYTES, input, exits = [0] } = {}) {
      signal.throwIfAborted();
      const answer = await runGit([...CLEAN, "-C", folder, ...args], { env, signal, maxBytes, input: input ?? "" });
      if (answer.cut || exits.includes(answer.exitCode)) return answer;
      const said = answer.stderr.trim().split("\n")[0] ?? "";
      throw faultError("GIT_FAILED", `git ${args[0]} exited with ${answer.exitCode} (${said}), expected an answer`, {
        hint: "This is not your mistake. Check that the repository was cloned whole, with `fetch-depth: 0`.",
      });
    },
  };
}

function runGit(
  args: string[],
  { env, signal, maxBytes, input }: { env: NodeJS.ProcessEnv; signal: AbortSignal; maxBytes: number; input: string },
): Promise<GitAnswer> {
  return new Promise((done, failed) => {
    const child = spawn("git", args, { env, stdio: ["pipe", "pipe", "pipe"] });
    const parts: Buffer[] = [];
    let [bytes, cut, stderr] = [0, false, ""];
    const kill = () => child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    child.stdout.on("data", (part: Buffer) => {
      const left = maxBytes - bytes;
      if (part.length > left) [cut] = [true, kill()];
      parts.push(part.subarray(0, left));
      bytes += Math.min(part.length, left);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(0, MAX_ERROR)));
    // Git that ended early closes the pipe; its exit code says why.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("error", (cause: NodeJS.ErrnoException) =>
      failed(
        faultError("GIT_MISSING", `git cannot be started (${cause.code}), expected it on this machine`, {
          hint: "Install git, for example with `apt-get install git`.",
          cause,
        }),
      ),
    );
    child.once("close", (exitCode) => {
      signal.removeEventListener("abort", kill);
      if (signal.aborted) failed(signal.reason);
      else done({ exitCode: exitCode ?? -1, stdout: Buffer.concat(parts), stderr, cut });
    });
  });
}
