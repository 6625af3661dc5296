import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Lab, LabError, labSlugs, type Result } from "@compose-labs/lab";
import type { Course } from "@compose-labs/lab/course";
import { PULL_REQUEST_SCHEMA, type PullRequest } from "@compose-labs/lab/pull-request";
import { readChanges, requireCommits } from "./changes.ts";
import type { PullRequestEvent } from "./event-file.ts";
import { finding, listFindings } from "./finding.ts";
import type { Git } from "./git.ts";
import { BOUNDS, type Folder, planPullRequest } from "./plan.ts";
import { readSubmissions, type Submission } from "./submission-files.ts";
import { writeFiles } from "./tree.ts";

/** A pull request with this label works on the course itself: it is let through, and nothing of it is graded. */
const COURSE_LABEL = "course";

export interface PullRequestOptions {
  git: Git;
  base: string;
  head: string;
  event: PullRequestEvent | undefined;
  course: Course;
  /** The folder of the course's labs, of the base. */
  labs: string;
  /** An empty folder for the submissions' files. */
  temporary: string;
  /** Grades one folder; calls `onResult` as soon as the verdict stands, before its stack is taken down. */
  grade(
    submission: { lab: Lab; folder: string; student: string },
    onResult: (result: Result) => Promise<void>,
  ): Promise<unknown>;
  /** The document so far, and at last the whole. */
  save(document: PullRequest): Promise<void>;
}

/** Grades a pull request, and answers its document whatever becomes of it. */
export async function gradePullRequest(options: PullRequestOptions): Promise<PullRequest> {
  const { event, base, head, save } = options;
  const known = event && { repository: event.repository, number: event.number, author: event.author };
  let document: PullRequest = {
    schema: PULL_REQUEST_SCHEMA,
    base,
    head,
    ...known,
    verdict: "fault",
    findings: [],
    submissions: [],
    fault: {
      code: "UNFINISHED",
      message: "the grading ended before it was done",
      hint: "Run it again; no points are lost.",
    },
  };
  const keep = async (changed: Partial<PullRequest>) => {
    document = { ...document, ...changed };
    await save(document);
  };
  await keep({});
  try {
    const { fault: _, ...rest } = { ...document, ...(await conclude(options, keep)) };
    document = rest;
  } catch (thrown) {
    document = { ...document, verdict: "fault", fault: faultOf(thrown) };
  }
  await save(document);
  return document;
}

type Conclusion = Partial<PullRequest> & Pick<PullRequest, "verdict">;

async function conclude(
  options: PullRequestOptions,
  keep: (changed: Partial<PullRequest>) => Promise<void>,
): Promise<Conclusion> {
  const { git, event, course, labs } = options;
  await requireCommits(git, options);
  if (event?.labels.includes(COURSE_LABEL)) return { verdict: "nothing" };
  const changes = await readChanges(git, options);
  if (changes === "unrelated") return { verdict: "refused", findings: [finding("history.unrelated")] };
  if (changes === "too-many") {
    return { verdict: "refused", findings: [finding("changes.too-many", undefined, { limit: BOUNDS.changes })] };
  }
  const author = event?.author;
  const plan = planPullRequest({ changes, layout: course.submissions, author, labs: await labSlugs(labs) });
  if (plan.findings.length > 0) return { verdict: "refused", findings: listFindings(plan.findings) };
  if (plan.folders.length === 0) return { verdict: "nothing" };
  const read = await readSubmissions(plan.folders, options);
  if (read.findings.length > 0) return { verdict: "refused", findings: listFindings(read.findings) };
  return { verdict: "graded", submissions: await gradeAll(read.submissions, options, keep) };
}

async function gradeAll(
  submissions: readonly Submission[],
  { temporary, head, grade }: PullRequestOptions,
  keep: (changed: Partial<PullRequest>) => Promise<void>,
): Promise<PullRequest["submissions"]> {
  const graded: PullRequest["submissions"] = [];
  for (const [index, submission] of submissions.entries()) {
    const { loaded, files, contents } = submission;
    const { student, lab, folder }: Folder = submission;
    const target = join(temporary, String(index), lab);
    await mkdir(target, { recursive: true });
    await writeFiles(target, files, contents);
    await grade({ lab: loaded, folder: target, student }, async (answer) => {
      const result = { ...answer, submission: { ...answer.submission, student, commit: head } };
      graded.push({ student, lab, folder, result });
      await keep({ submissions: [...graded] });
    });
  }
  return graded;
}

function faultOf(thrown: unknown): NonNullable<PullRequest["fault"]> {
  if (thrown instanceof LabError) {
    const { code, message, hint } = thrown;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  const said = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return {
    code: "GRADER_ERROR",
    message: `the grader stopped with ${said}`,
    hint: "This is not your mistake. Please report it with the document of the pull request.",
  };
}
