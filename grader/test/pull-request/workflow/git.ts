import { runProcess } from "./run-process.ts";

/** Git that knows nothing of the machine: no configuration of system or user, and a name to commit with. */
const GIT_ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  GIT_CONFIG_KEY_1: "init.defaultBranch",
  GIT_CONFIG_VALUE_1: "main",
  GIT_CONFIG_KEY_2: "protocol.file.allow",
  GIT_CONFIG_VALUE_2: "always",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "A student",
  GIT_AUTHOR_EMAIL: "student@example.org",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "A student",
  GIT_COMMITTER_EMAIL: "student@example.org",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

/** What Git says on its standard output, without the last line's end; throws with its own words if it fails. */
export async function git(
  folder: string,
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess("git", ["-C", folder, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...GIT_ENVIRONMENT, ...env },
    ...(input === undefined ? {} : { input }),
  });
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")} exited with ${exitCode}: ${stderr}`);
  return stdout.replace(/\n$/, "");
}
