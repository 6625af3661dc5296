import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { usageError } from "@compose-labs/lab/errors";
import type { SubmittedFile } from "@compose-labs/submission/files";
import { type OwnGit, saidBy } from "./own-git.ts";
import type { RemoteState } from "./remote.ts";

export interface CommitOptions {
  /** What the remotes have; their commits were fetched. */
  state: RemoteState;
  /** Of the submission, in the repository. */
  folder: string;
  files: readonly SubmittedFile[];
  message: string;
  /** An empty folder. */
  temporary: string;
}

export interface SubmissionCommit {
  /** What the branch is to be; for `unchanged` and `merged` a commit that is there already. */
  commit: string;
  /** `unchanged`: the branch has these very files; `merged`: the course itself has them. */
  kind: "first" | "again" | "unchanged" | "merged";
}

/**
 * Makes a commit of the course with the submission's folder replaced, by plumbing with an index of its own: working
 * tree, index and branches of the clone are not touched, and neither filters nor line endings change a byte.
 */
export async function commitSubmission(git: OwnGit, options: CommitOptions): Promise<SubmissionCommit> {
  const { state, folder, message } = options;
  const { base, earlier } = state;
  const tree = await writeTree(git, options);
  const wanted = await treeAt(git, tree, folder);
  const isSame = async (commit: string) => (await treeAt(git, commit, folder)) === wanted;
  const isOnBranch = earlier === undefined || (await isSame(earlier));
  if (isOnBranch && (await isSame(base.commit))) return { commit: base.commit, kind: "merged" };
  if (earlier !== undefined && isOnBranch) return { commit: earlier, kind: "unchanged" };
  const parents = await parentsOf(git, state);
  const commit = await commitTree(git, tree, parents, message);
  return { commit, kind: earlier === undefined ? "first" : "again" };
}

/** Signed where the student's own commits are. Throws the usage error COMMIT_UNSIGNED. */
async function commitTree(git: OwnGit, tree: string, parents: string[], message: string): Promise<string> {
  const args = [...parents.flatMap((parent) => ["-p", parent]), tree];
  const signing = await git.ask(["config", "--type=bool", "--get", "commit.gpgSign"]);
  if (signing.stdout.trim() !== "true") return git.read(["commit-tree", ...args], { input: message });
  const { exitCode, stdout, stderr } = await git.ask(["commit-tree", "--gpg-sign", ...args], { input: message });
  if (exitCode === 0) return stdout.trim();
  throw usageError(
    "COMMIT_UNSIGNED",
    `the commit could not be signed (${saidBy(stderr)}), as commit.gpgSign asks for`,
    {
      hint: "Nothing was handed in. `git commit` must be able to sign first; or turn it off: git config commit.gpgSign false",
    },
  );
}

/** The course as it is, and the branch as it was: so the branch moves forward, and is never behind the course. */
async function parentsOf(git: OwnGit, { base, earlier }: RemoteState): Promise<string[]> {
  if (earlier === undefined || (await isAncestor(git, earlier, base.commit))) return [base.commit];
  return (await isAncestor(git, base.commit, earlier)) ? [earlier] : [earlier, base.commit];
}

async function isAncestor(git: OwnGit, older: string, newer: string): Promise<boolean> {
  return (await git.ask(["merge-base", "--is-ancestor", older, newer])).exitCode === 0;
}

/** The hash of a folder; undefined where a commit has none. */
async function treeAt(git: OwnGit, commit: string, folder: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.ask(["rev-parse", "--verify", "--quiet", `${commit}:${folder}`]);
  return exitCode === 0 ? stdout.trim() : undefined;
}

async function writeTree(git: OwnGit, { state, folder, files, temporary }: CommitOptions): Promise<string> {
  const base = state.base.commit;
  const env = { GIT_INDEX_FILE: join(temporary, "index") };
  const hashes = await writeBlobs(git, files, temporary);
  await git.read(["read-tree", base], { env });
  const none = "0".repeat(base.length);
  const before = await git.read(["ls-tree", "-r", "-z", "--name-only", "--full-tree", base, `${folder}/`]);
  const lines = [
    ...before.split("\0").flatMap((path) => (path === "" ? [] : [`0 ${none}\t${path}`])),
    ...files.map(
      ({ path, isExecutable }, index) => `${isExecutable ? "100755" : "100644"} ${hashes[index]}\t${folder}/${path}`,
    ),
  ];
  await git.read(["update-index", "-z", "--index-info"], { env, input: lines.map((line) => `${line}\0`).join("") });
  // A clone without all contents need not fetch those that stay as they are.
  return git.read(["write-tree", "--missing-ok"], { env });
}

/** The very bytes that were read, through files of plain names: a name of the student's may have a line's end in it. */
async function writeBlobs(git: OwnGit, files: readonly SubmittedFile[], temporary: string): Promise<string[]> {
  const folder = join(temporary, "contents");
  await mkdir(folder);
  const paths = files.map((_, index) => join(folder, String(index)));
  for (const [index, { content }] of files.entries()) await writeFile(paths[index] ?? "", content);
  const answer = await git.read(["hash-object", "-w", "--no-filters", "--stdin-paths"], { input: paths.join("\n") });
  return answer.split("\n");
}
