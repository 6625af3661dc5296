import { join } from "node:path";
import { type Lab, loadLab } from "@compose-labs/lab";
import type { PullRequestFinding } from "@compose-labs/lab/pull-request";
import { checkFiles } from "./check-files.ts";
import { checkContents, checkTree, checkTwins } from "./check-tree.ts";
import { finding } from "./finding.ts";
import type { Git } from "./git.ts";
import type { Folder } from "./plan.ts";
import { readBlobs, readNames, readTree, type TreeFile } from "./tree.ts";

/** A submission as a commit has it, read and found fit to be graded. */
export interface Submission extends Folder {
  loaded: Lab;
  files: TreeFile[];
  contents: Buffer[];
}

export interface SubmissionSource {
  git: Git;
  head: string;
  /** The folder of the course's labs. */
  labs: string;
}

/** Reads submissions at the head. One whose files are all gone is left out, unless nothing else is there to grade. */
export async function readSubmissions(
  folders: readonly Folder[],
  source: SubmissionSource,
): Promise<{ submissions: Submission[]; findings: PullRequestFinding[] }> {
  const submissions: Submission[] = [];
  const findings: PullRequestFinding[] = [];
  for (const folder of folders) {
    const read = await readSubmission(folder, source);
    if (Array.isArray(read)) findings.push(...read);
    else if (read !== undefined) submissions.push(read);
  }
  if (submissions.length === 0 && findings.length === 0) {
    findings.push(...folders.map(({ folder }) => finding("submission.deleted", folder)));
  }
  return { submissions, findings };
}

async function readSubmission(
  folder: Folder,
  { git, head, labs }: SubmissionSource,
): Promise<Submission | PullRequestFinding[] | undefined> {
  const files = await readTree(git, head, folder.folder);
  if (files.length === 0) return undefined;
  const findings = [...(await findTwins(git, head, folder.folder)), ...checkTree(folder, files)];
  if (findings.length > 0 || files === "too-many") return findings;
  const contents = await readBlobs(git, files);
  const loaded = await loadLab(join(labs, folder.lab));
  const paths = files.map(({ path }) => path);
  findings.push(...checkContents(folder, files, contents), ...checkFiles(loaded, folder.folder, paths));
  return findings.length > 0 ? findings : { ...folder, loaded, files, contents };
}

/** Looks beside each folder on the way down. */
async function findTwins(git: Git, head: string, folder: string): Promise<PullRequestFinding[]> {
  const parts = folder.split("/");
  const findings: PullRequestFinding[] = [];
  for (let length = 1; length <= parts.length; length++) {
    const names = await readNames(git, head, parts.slice(0, length - 1).join("/"));
    findings.push(...checkTwins(parts.slice(0, length).join("/"), names));
  }
  return findings;
}
