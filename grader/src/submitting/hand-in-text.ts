import type { Result } from "@compose-labs/lab";
import { neutralise } from "@compose-labs/report";
import { shellWord } from "../shell-word.ts";
import { compareLink, createArguments, type PullRequestOf } from "./gh.ts";
import { type HandedIn, type Prepared, titleOf } from "./hand-in.ts";

/** What became of a submission, below its report. */
export function renderHandedIn(prepared: Prepared, { pullRequest }: HandedIn, result: Result): string {
  if (prepared.kind === "merged") {
    return `\nThe course has these very files in ${prepared.folder} already: there is nothing to hand in.\n`;
  }
  return `\n${headlineOf(prepared, result)}\n\n${whereOf(prepared)}${pullRequestOf(prepared, pullRequest)}`;
}

function headlineOf({ kind, folder, submitted }: Prepared, result: Result): string {
  const score = scoreOf(result);
  if (kind === "unchanged") return `Nothing changed since you handed in ${folder}, ${score}.`;
  return `Handed in ${countFiles(submitted.files.length)} as ${folder}, ${score}.`;
}

/** The score as part of a sentence. */
export function scoreOf({ verdict, score, maxScore }: Result): string {
  return verdict === "graded" ? `with ${score} of ${maxScore} points` : "which is refused and gets no points as it is";
}

export const countFiles = (count: number) => (count === 1 ? "1 file" : `${count} files`);

function whereOf({ branch, remotes, commit }: Prepared): string {
  return `  Branch        ${branch} at ${neutralise(remotes.own.name)}, commit ${commit.slice(0, 12)}\n`;
}

function pullRequestOf(prepared: Prepared, pullRequest: HandedIn["pullRequest"]): string {
  const { request, state } = prepared;
  if (pullRequest !== undefined) {
    const { url, isNew } = pullRequest;
    return `  Pull request  ${neutralise(url, { maxLength: 300 })}${isNew ? "" : ", which was open already"}\n`;
  }
  if (request === undefined) {
    return `\nNow open a pull request of that branch into ${neutralise(state.base.branch)}, where your course is hosted.\n`;
  }
  return manualText({ ...request, title: titleOf(prepared) });
}

function manualText(request: PullRequestOf & { title: string }): string {
  const create = ["gh", "pr", "create", ...createArguments(request), "--body", ""];
  return (
    `\nIf it has no pull request yet, open one in the browser:\n\n  ${compareLink(request)}\n\n` +
    `or with GitHub's command line:\n\n  gh auth login\n  ${create.map(shellWord).join(" ")}\n`
  );
}

/** What `--dry-run` says. */
export function renderPlan(prepared: Prepared): string {
  const { kind, folder, submitted, branch, remotes, state } = prepared;
  const { files } = submitted;
  const list = files.map(({ path }) => `  ${neutralise(path)}\n`).join("");
  const to = `${neutralise(state.base.branch)} of ${neutralise(remotes.course.name)}`;
  const what = {
    first: `would be pushed to ${neutralise(remotes.own.name)} as the new branch ${branch}, for a pull request into ${to}`,
    again: `would be pushed to ${neutralise(remotes.own.name)} on top of the branch ${branch}, for a pull request into ${to}`,
    unchanged: `is what the branch ${branch} has already: nothing would be pushed`,
    merged: `is what the course has already: nothing would be pushed`,
  }[kind];
  return `${folder} with ${countFiles(files.length)}\n\n${list}\n${what}.\nIt was not graded, and nothing was pushed.\n`;
}
