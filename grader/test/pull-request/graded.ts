import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "@compose-labs/lab";
import { courseSchema } from "@compose-labs/lab/course";
import { type PullRequest, pullRequestSchema } from "@compose-labs/lab/pull-request";
import * as v from "valibot";
import { sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import type { PullRequestEvent } from "../../src/pull-request/event-file.ts";
import { openGit } from "../../src/pull-request/git.ts";
import { gradePullRequest } from "../../src/pull-request/grade-pull-request.ts";
import { DEMO_LAB } from "../run-cli.ts";

export const MINE = "submissions/alice/01-demo";
export const WHOLE = { [`${MINE}/compose.yaml`]: "services: {}\n", [`${MINE}/notes.txt`]: "read it\n" };

export interface Graded {
  document: PullRequest;
  /** What was to be graded, by student and lab: its files with their texts, each byte a character. */
  seen: Record<string, Record<string, string>>;
  /** Every document that was written on the way. */
  saved: PullRequest[];
}

export interface GradedOptions {
  /** A bare repository. */
  repository: string;
  base: string;
  head: string;
  /** Empty where there is no event. */
  author?: string;
  labels?: string[];
  /** The folder of labs; that of the demo lab if it is not given. */
  labs?: string;
  signal?: AbortSignal;
  environment?: NodeJS.ProcessEnv;
  /** What a grading answers, by the lab's folder; or what it throws. */
  answer?(lab: string): Result;
}

/** Grades without an engine: what is laid out for the grading is looked at, and answered with a fixed result. */
export async function graded(options: GradedOptions): Promise<Graded> {
  const { repository, base, head, author = "alice", labels = [], answer = () => sampleResult() } = options;
  const temporary = await mkdtemp(join(tmpdir(), "pull-request-test-"));
  const { environment = process.env, signal = new AbortController().signal } = options;
  const event: PullRequestEvent = { number: 7, author, repository: "school/course", base, head, labels };
  const seen: Graded["seen"] = {};
  const saved: PullRequest[] = [];
  try {
    const document = await gradePullRequest({
      git: openGit(repository, { environment, signal }),
      base,
      head,
      event: author === "" ? undefined : event,
      course: v.parse(courseSchema, { schema: "compose-labs/course/v1", title: "Course" }),
      labs: options.labs ?? join(DEMO_LAB, ".."),
      temporary,
      async grade({ lab, folder, student }, onResult) {
        seen[`${student}/${lab.slug}`] = await filesOf(folder);
        await onResult(answer(lab.slug));
      },
      save: async (whole) => void saved.push(structuredClone(whole)),
    });
    for (const whole of [document, ...saved]) v.parse(v.strictObject(pullRequestSchema.entries), whole);
    return { document, seen, saved };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const files: Record<string, string> = {};
  for (const name of names) {
    const found = await stat(join(folder, name));
    if (!found.isFile()) continue;
    files[name] = `${found.mode & 0o100 ? "x " : ""}${await readFile(join(folder, name), "latin1")}`;
  }
  return files;
}

/** `code path` of each refusal. */
export const codesOf = ({ findings }: PullRequest) =>
  findings.map(({ code, path }) => (path ? `${code} ${path}` : code));
