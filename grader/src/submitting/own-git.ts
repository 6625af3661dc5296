import { stat } from "node:fs/promises";
import { faultError, usageError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";
import { type ProgramAnswer, runProgram } from "./run-program.ts";

/** The student's Git, with their names, keys and remotes. */
export interface OwnGit {
  /** Absolute path of the working tree. */
  folder: string;
  /** Runs a command of Git, whatever it exits with. */
  ask(args: readonly string[], options?: AskOptions): Promise<ProgramAnswer>;
  /** Its answer without the last line's end. Throws the fault GIT_FAILED unless it exits with 0. */
  read(args: readonly string[], options?: AskOptions): Promise<string>;
}

interface AskOptions {
  input?: string | Buffer;
  /** Over the environment. */
  env?: Record<string, string>;
}

/**
 * What a student's configuration may not decide here. Hooks are for the student's own commits, and would run with
 * files that are not in the working tree; everything else would touch more than one commit and one branch.
 */
const OWN = Object.entries({
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.splitIndex": "false",
  "core.untrackedCache": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "push.followTags": "false",
  "submodule.recurse": "false",
  "i18n.commitEncoding": "utf-8",
  // A name that Git would make of the machine's is nobody's.
  "user.useConfigOnly": "true",
}).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/** With these Git would work on another repository or index than the folder's own, as in a hook of it. */
const REDIRECTING = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_COMMON_DIR",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_SHALLOW_FILE",
  "GIT_GRAFT_FILE",
  "GIT_REPLACE_REF_BASE",
  "GIT_LITERAL_PATHSPECS",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
];

export interface OwnGitOptions {
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** A person sits there, who can be asked for a password. */
  isInteractive: boolean;
}

/** Opens the repository that `folder` lies in. Throws the usage error REPOSITORY_ABSENT and the fault PROGRAM_MISSING. */
export async function openOwnGit(
  folder: string,
  { environment, signal, isInteractive }: OwnGitOptions,
): Promise<OwnGit> {
  const env: NodeJS.ProcessEnv = { ...environment, LC_ALL: "C" };
  for (const name of REDIRECTING) delete env[name];
  if (!isInteractive) env["GIT_TERMINAL_PROMPT"] = "0";
  const askIn = async (at: string, args: readonly string[], options: AskOptions = {}) => {
    const answer = await runProgram("git", ["--no-pager", "--literal-pathspecs", ...OWN, ...args], {
      folder: at,
      env: { ...env, ...options.env },
      signal,
      input: options.input,
    });
    if (answer !== undefined) return answer;
    throw faultError("PROGRAM_MISSING", "found no git on this machine, expected it to make the commit and to push it", {
      hint: "Install Git (https://git-scm.com), or hand in one archive: `grader submit <lab> --bundle`.",
    });
  };
  const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
  const answer = isFolder ? await askIn(folder, ["rev-parse", "--show-toplevel"]) : undefined;
  const top = answer?.stdout.replace(/\r?\n$/, "") ?? "";
  if (top === "") {
    const why = answer === undefined ? "it is no folder" : saidBy(answer.stderr);
    throw usageError("REPOSITORY_ABSENT", `${folder}: found no working tree of Git (${why})`, {
      hint: "Run it in your clone of the course, or name the clone with --repository. Without Git there is `--bundle`.",
    });
  }
  const ask = (args: readonly string[], options?: AskOptions) => askIn(top, args, options);
  return {
    folder: top,
    ask,
    async read(args, options) {
      const answer = await ask(args, options);
      if (answer.exitCode === 0) return answer.stdout.replace(/\n$/, "");
      throw faultError("GIT_FAILED", `git ${args[0]} exited with ${answer.exitCode} (${saidBy(answer.stderr)})`, {
        hint: "Nothing was handed in, and your files are as they were. `git fsck` tells whether the clone is whole.",
      });
    },
  };
}

/** The line in which Git says why, of all it said. */
export function saidBy(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const why = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.find((line) => line !== "");
  return neutralise((why ?? "it gave no reason").replace(/^(?:fatal|error): /, ""), { maxLength: 300 });
}
