import { faultError } from "@compose-labs/lab/errors";
import type { Git } from "./git.ts";
import { type GitPath, gitPath, splitAtNul } from "./git-path.ts";

/** One file that differs; a rename is one deleted and one added. */
export interface Change extends GitPath {
  status: "added" | "modified" | "deleted";
}

const STATUS: Record<string, Change["status"]> = { A: "added", D: "deleted" };

/** The answer of `git diff-tree -r -z --raw`. */
function parseRawDiff(raw: Buffer): Change[] {
  const changes: Change[] = [];
  const parts = splitAtNul(raw);
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [header, path] = [parts[index], parts[index + 1]];
    if (header === undefined || path === undefined) break;
    // `:100644 100644 <hash> <hash> M`
    const letter = header.toString("latin1").split(" ")[4]?.charAt(0) ?? "";
    changes.push({ ...gitPath(path), status: STATUS[letter] ?? "modified" });
  }
  return changes;
}

/** Throws the faults HEAD_GONE and BASE_GONE where the repository does not have the commits. */
export async function requireCommits(git: Git, { base, head }: { base: string; head: string }): Promise<void> {
  if (!(await isCommit(git, head))) {
    throw faultError("HEAD_GONE", `the repository has no commit ${head}, expected the head of the pull request`, {
      hint: "It was probably replaced by a newer push, which is graded by itself. No points are lost.",
    });
  }
  if (!(await isCommit(git, base))) {
    throw faultError("BASE_GONE", `the repository has no commit ${base}, expected the base of the pull request`, {
      hint: "Check the head out with its whole history: `fetch-depth: 0`.",
    });
  }
}

async function isCommit(git: Git, hash: string): Promise<boolean> {
  const { exitCode, stdout } = await git.run(["cat-file", "-t", hash], { exits: [0, 1, 128] });
  return exitCode === 0 && stdout.toString("latin1").trim() === "commit";
}

/**
 * What the head changes since it left the base. `unrelated`: they have no commit in common. `too-many`: the list is
 * longer than any that is read. Throws the fault HISTORY_SHALLOW where the common commit was not fetched.
 */
export async function readChanges(
  git: Git,
  { base, head }: { base: string; head: string },
): Promise<Change[] | "unrelated" | "too-many"> {
  const common = await git.run(["merge-base", base, head], { exits: [0, 1] });
  if (common.exitCode === 1) {
    const { stdout } = await git.run(["rev-parse", "--is-shallow-repository"]);
    if (stdout.toString("latin1").trim() !== "true") return "unrelated";
    throw faultError(
      "HISTORY_SHALLOW",
      "the repository was fetched without the commit that base and head have in common, expected their whole history",
      { hint: "Check the head out with `fetch-depth: 0`." },
    );
  }
  const from = common.stdout.toString("latin1").trim();
  const { stdout, cut } = await git.run([
    "diff-tree",
    "-r",
    "-z",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
    from,
    head,
    "--",
  ]);
  return cut ? "too-many" : parseRawDiff(stdout);
}
