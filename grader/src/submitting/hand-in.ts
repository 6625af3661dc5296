import { type Lab, type Result, usageError } from "@compose-labs/lab";
import { neutralise } from "@compose-labs/report";
import { readSubmittedFiles, type SubmittedFiles } from "@compose-labs/submission/files";
import { openGit } from "../pull-request/git.ts";
import { folderOf } from "../pull-request/layout.ts";
import { requireAccepted, requireOwnBranch, requirePlainPaths } from "./acceptance.ts";
import { commitSubmission, type SubmissionCommit } from "./commit-submission.ts";
import { type Gh, openGh, type PullRequestOf } from "./gh.ts";
import type { OwnGit } from "./own-git.ts";
import { pushCommit } from "./push.ts";
import { fetchCommit, type RemoteState, type Remotes, readRemoteState, readRemotes } from "./remote.ts";
import { studentName } from "./student.ts";

export interface HandInOptions {
  git: OwnGit;
  lab: Lab;
  /** The student's folder. */
  folder: string;
  /** `submissions/{student}/{lab}` */
  layout: string;
  /** Folders of the course's labs, and the folder that holds them. */
  slugs: readonly string[];
  labs: string;
  /** The name of the remote that is pushed to. */
  remote: string;
  /** From the command line. */
  student: string | undefined;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** An empty folder. */
  temporary: string;
}

/** A commit that can be pushed, and where to. */
export interface Prepared extends SubmissionCommit {
  git: OwnGit;
  student: string;
  lab: Lab;
  /** In the course's repository. */
  folder: string;
  branch: string;
  remotes: Remotes;
  state: RemoteState;
  submitted: SubmittedFiles;
  gh: Gh | undefined;
  /** Where course and branch are at GitHub. */
  request: PullRequestOf | undefined;
}

/** Everything that can go wrong before the minutes that a grading takes. Nothing leaves the machine. */
export async function prepareHandIn(options: HandInOptions): Promise<Prepared> {
  const { git, lab, layout, environment, signal } = options;
  const remotes = await readRemotes(git, options.remote);
  await requireIdentity(git);
  const isAtGitHub = remotes.course.github !== undefined && remotes.own.github !== undefined;
  const gh = isAtGitHub ? await openGh(git.folder, { environment, signal }) : undefined;
  if (gh !== undefined) await requireCourse(gh, remotes);
  const student = studentName({ named: options.student, login: gh?.login, remotes });
  const folder = folderOf(layout, student, lab.slug);
  const branch = `submit/${student}/${lab.slug}`;
  const submitted = await readSubmittedFiles({ lab, folder: options.folder });
  const paths = submitted.files.map(({ path }) => path);
  requirePlainPaths(folder, paths);

  const state = await readRemoteState(git, remotes, branch);
  await fetchCommit(git, remotes.course, state.base.branch);
  const reader = openGit(git.folder, { environment, signal });
  const base = state.base.commit;
  if (state.earlier !== undefined) {
    await fetchCommit(git, remotes.own, branch);
    await requireOwnBranch(reader, { base, earlier: state.earlier, branch, folder });
  }
  const { temporary } = options;
  const message = `Hand in ${lab.slug}\n`;
  const made = await commitSubmission(git, { state, folder, files: submitted.files, message, temporary });
  if (made.kind !== "merged") await requireAccepted(made.commit, { ...options, git: reader, base, student });
  return { ...made, git, student, lab, folder, branch, remotes, state, submitted, gh, request: requestOf() };

  function requestOf(): PullRequestOf | undefined {
    const [own, course] = [remotes.own.github, remotes.course.github];
    if (own === undefined || course === undefined) return undefined;
    return { own, course, base: state.base.branch, branch };
  }
}

/** A pull request of a fork into itself would reach nobody. Throws the usage error COURSE_UNKNOWN. */
async function requireCourse(gh: Gh, { own, course }: Remotes): Promise<void> {
  if (own !== course || own.github === undefined) return;
  const parent = await gh.parentOf(own.github);
  if (parent === undefined) return;
  const [name, at] = [neutralise(own.name), neutralise(parent)];
  throw usageError("COURSE_UNKNOWN", `found ${name}, which is a fork of ${at}, expected a remote of the course too`, {
    hint: `git remote add upstream https://github.com/${at}.git`,
  });
}

async function requireIdentity(git: OwnGit): Promise<void> {
  for (const who of ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"]) {
    const { exitCode } = await git.ask(["var", who]);
    if (exitCode === 0) continue;
    throw usageError("IDENTITY_MISSING", "found no user.name and user.email in Git, expected both for the commit", {
      hint: 'Tell Git once:\ngit config --global user.name "Your Name"\ngit config --global user.email you@example.org',
    });
  }
}

export interface HandedIn {
  pushed: boolean;
  pullRequest: { url: string; isNew: boolean } | undefined;
}

/**
 * Pushes what was graded, and opens the pull request where gh can. Throws the usage error SUBMISSION_CHANGED where the
 * result is of other files.
 */
export async function handIn(prepared: Prepared, result: Result): Promise<HandedIn> {
  const { git, remotes, commit, branch, kind, gh, request } = prepared;
  requireSame(prepared.submitted, result);
  if (kind === "merged") return { pushed: false, pullRequest: undefined };
  if (kind !== "unchanged") await pushCommit(git, { remote: remotes.own, commit, branch });
  const pushed = kind !== "unchanged";
  if (gh === undefined || request === undefined) return { pushed, pullRequest: undefined };
  const open = await gh.findPullRequest(request);
  if (open !== undefined) return { pushed, pullRequest: { url: open, isNew: false } };
  const words = { title: titleOf(prepared), body: bodyOf(result) };
  const url = await gh.createPullRequest({ ...request, ...words });
  return { pushed, pullRequest: { url, isNew: true } };
}

/** Throws the usage error SUBMISSION_CHANGED. */
export function requireSame({ digest }: SubmittedFiles, { submission }: Result): void {
  if (submission.digest === digest) return;
  throw usageError(
    "SUBMISSION_CHANGED",
    "your files changed while they were graded, expected to hand in what the result is of",
    { hint: "Nothing was handed in. Save everything, and submit again." },
  );
}

export const titleOf = ({ lab, student }: Prepared) => `Hand in ${lab.slug} (${student})`;

/** Only numbers and hashes of the result's: nothing of it is the student's text. */
function bodyOf({ verdict, score, maxScore, lab, submission, seed }: Result): string {
  const reached = verdict === "graded" ? `${score} of ${maxScore} points` : "refused, no points";
  return `Graded at home: ${reached} (version ${lab.version}, seed \`${seed}\`, digest \`${submission.digest}\`).\n\nWhat counts is what the course grades here.\n`;
}
