import { type Lab, LabError, usageError } from "@compose-labs/lab";
import type { PullRequestFinding } from "@compose-labs/lab/pull-request";
import { neutralise } from "@compose-labs/report";
import { readChanges } from "../pull-request/changes.ts";
import { finding } from "../pull-request/finding.ts";
import type { Git } from "../pull-request/git.ts";
import { MAX_PATH, whyNotPlain } from "../pull-request/path-rules.ts";
import { BOUNDS, planPullRequest } from "../pull-request/plan.ts";
import { readSubmissions } from "../pull-request/submission-files.ts";

export interface AcceptanceOptions {
  git: Git;
  base: string;
  layout: string;
  student: string;
  lab: Lab;
  /** All labs of the course. */
  slugs: readonly string[];
  /** The folder of labs. */
  labs: string;
}

/**
 * Holds a commit against what `grader pr` would say of it, by the same code. Throws the usage error
 * PULL_REQUEST_REFUSED.
 */
export async function requireAccepted(head: string, options: AcceptanceOptions): Promise<void> {
  const { git, base, layout, student, slugs, labs } = options;
  const changes = await readWholeChanges(git, { base, head });
  if (typeof changes === "string") return refuse([finding("changes.too-many", undefined, { limit: BOUNDS.changes })]);
  const plan = planPullRequest({ changes, layout, author: student, labs: slugs });
  refuse(plan.findings);
  refuse((await readSubmissions(plan.folders, { git, head, labs })).findings);
}

function refuse([first]: readonly PullRequestFinding[]): void {
  if (first === undefined) return;
  const { path = "it", message, remedy } = first;
  const why = neutralise(`${path} ${message}`);
  throw usageError("PULL_REQUEST_REFUSED", `the course would refuse your pull request: ${why}`, {
    hint: `${neutralise(remedy)}\nNothing was handed in.`,
  });
}

/** The names alone, before Git is given them. Throws the usage error PATH_REFUSED. */
export function requirePlainPaths(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    const whole = `${folder}/${path}`;
    const bytes = Buffer.byteLength(whole);
    const why = whyNotPlain(path) ?? (bytes > MAX_PATH ? `${bytes} bytes, where ${MAX_PATH} are taken,` : undefined);
    if (why === undefined) continue;
    throw usageError("PATH_REFUSED", `found ${why} in the path, expected plain names`, {
      hint: "Rename the file with letters, digits, dots and hyphens.",
      place: { file: neutralise(path).replaceAll("\n", " ") },
    });
  }
}

/**
 * The branch as it was before may hold what this submission changes, and nothing else. Throws the usage error
 * BRANCH_FOREIGN.
 */
export async function requireOwnBranch(
  git: Git,
  { base, earlier, branch, folder }: { base: string; earlier: string; branch: string; folder: string },
): Promise<void> {
  const changes = await readWholeChanges(git, { base, head: earlier });
  const foreign =
    typeof changes === "string"
      ? "a history that is not the course's"
      : changes.find(({ path }) => !path.startsWith(`${folder}/`))?.path;
  if (foreign === undefined) return;
  throw usageError(
    "BRANCH_FOREIGN",
    `the branch ${branch} was pushed before with ${neutralise(foreign)}, expected only ${folder}`,
    {
      hint: "Rename that branch or delete it where it was pushed to, and submit again.",
    },
  );
}

/** Throws the usage error HISTORY_SHALLOW where the clone lacks what both have in common. */
async function readWholeChanges(git: Git, commits: { base: string; head: string }) {
  return readChanges(git, commits).catch((thrown: unknown) => {
    if (!(thrown instanceof LabError) || thrown.code !== "HISTORY_SHALLOW") throw thrown;
    throw usageError(
      "HISTORY_SHALLOW",
      "your clone was made with --depth and lacks the commits between, expected them",
      {
        hint: "Get the rest with `git fetch --unshallow`, and submit again.",
        cause: thrown,
      },
    );
  });
}
