import type { PullRequest } from "@compose-labs/lab/pull-request";
import { zipSync } from "fflate";
import { sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { openGitHubApi } from "../../src/comment/github-api.ts";
import type { Run } from "../../src/comment/run-event.ts";
import {
  type GitHubState,
  type Pull,
  type GitHubApi as Server,
  serveGitHubApi,
} from "../pull-request/workflow/github-api.ts";

export const HEAD = "a".repeat(40);
const BASE = "b".repeat(40);
const TOKEN = "ghs_secret";
const RUN_ID = 9;

/** A run on the branch of a fork, and its pull request number 7. */
export const RUN: Run = {
  repository: "school/course",
  id: RUN_ID,
  event: "pull_request",
  conclusion: "failure",
  head: HEAD,
  branch: "my work #1",
  headRepository: "alice/course",
  url: "https://github.com/school/course/actions/runs/9",
};

export const PULL: Pull = {
  number: 7,
  open: true,
  author: "alice",
  title: "Lab 1",
  headRepository: "alice/course",
  headBranch: "my work #1",
  headSha: HEAD,
  baseSha: BASE,
};

export function document(change: Partial<PullRequest> = {}): PullRequest {
  const submission = { student: "alice", lab: "01-demo", folder: "submissions/alice/01-demo", result: sampleResult() };
  return {
    schema: "compose-labs/pull-request/v1",
    base: BASE,
    head: HEAD,
    repository: "school/course",
    number: 7,
    author: "alice",
    verdict: "graded",
    findings: [],
    submissions: [submission],
    ...change,
  };
}

export const archiveOf = (content: unknown): Uint8Array =>
  zipSync({ "pull-request.json": Buffer.from(typeof content === "string" ? content : JSON.stringify(content)) });

export interface Course extends AsyncDisposable {
  state: GitHubState;
  server: Server;
  api: ReturnType<typeof openGitHubApi>;
  /** Milliseconds that were waited before repeated requests. */
  waits: number[];
}

/** GitHub as it is when a run has ended that kept this archive, or none. */
export async function course(archive: Uint8Array | undefined, change: Partial<GitHubState> = {}): Promise<Course> {
  const state: GitHubState = {
    repository: RUN.repository,
    token: TOKEN,
    pulls: [{ ...PULL }],
    artifacts: new Map(archive === undefined ? [] : [[RUN_ID, new Map([["pull-request", archive]])]]),
    comments: new Map(),
    ...change,
  };
  const server = await serveGitHubApi(state);
  const waits: number[] = [];
  const api = openGitHubApi({
    url: server.url,
    token: TOKEN,
    signal: new AbortController().signal,
    wait: async (milliseconds) => waits.push(milliseconds),
  });
  return { state, server, api, waits, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
