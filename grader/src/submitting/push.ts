import { usageError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";
import { type OwnGit, saidBy } from "./own-git.ts";
import type { Remote } from "./remote.ts";

/** Pushes one commit to one branch, never by force. Throws the usage errors BRANCH_MOVED and PUSH_REJECTED. */
export async function pushCommit(
  git: OwnGit,
  { remote, commit, branch }: { remote: Remote; commit: string; branch: string },
): Promise<void> {
  const flags = ["--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
  const target = `${commit}:refs/heads/${branch}`;
  const { exitCode, stdout, stderr } = await git.ask(["push", ...flags, "--", remote.name, target]);
  if (exitCode === 0) return;
  // `!\t<from>:<to>\t[remote rejected] (pre-receive hook declined)`
  const [, kind, reason] = /^!\t[^\t]*\t\[([^\]]*)\](?: \((.*)\))?/m.exec(stdout) ?? [];
  if (kind === "rejected") {
    throw usageError("BRANCH_MOVED", `${branch} got another commit meanwhile (${neutralise(reason ?? "")})`, {
      hint: "Somebody pushed to it, perhaps you on another machine. Submit again: your commit goes on top of that one.",
    });
  }
  const said = remoteWords(stderr);
  const why = reason === undefined ? saidBy(stderr) : neutralise(reason);
  throw usageError("PUSH_REJECTED", `${neutralise(remote.name)} did not take your branch ${branch} (${why})`, {
    hint: `${said}Push to a repository of your own: fork the course, or ask who runs it. Your files are as they were.`,
  });
}

/** What the other side wrote, such as a course's own rule. */
function remoteWords(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("remote: "));
  const words = lines.map((line) => line.slice("remote: ".length).trim()).filter((line) => line !== "");
  return words.length === 0 ? "" : `It says: ${neutralise(words.slice(0, 5).join("\n"), { maxLength: 1_000 })}\n`;
}
