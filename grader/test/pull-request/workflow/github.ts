import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type PullRequest, pullRequestSchema } from "@compose-labs/lab/pull-request";
import { unzipSync } from "fflate";
import * as v from "valibot";
import { COURSE, type CourseRepository, createCourseRepository, type Entries } from "./course-repository.ts";
import { git } from "./git.ts";
import { type GitHubApi, type GitHubState, type Pull, serveGitHubApi } from "./github-api.ts";
import { prepareMachine } from "./machine.ts";
import { type JobRun, runJob } from "./run-job.ts";
import { readWorkflow } from "./workflow-file.ts";

export interface OpenOptions {
  changes: Entries;
  /** Nothing in common with the course if it is empty; the last commit of the base unless given. */
  parents?: readonly string[];
  author?: string;
  /** owner/name of where the branch is: the course itself, or a fork of it. */
  from?: string;
}

export interface RunOptions {
  labels?: string[];
  realNpm?: boolean;
  /** The fork is gone since. */
  forkDeleted?: boolean;
  onStep?: (name: string) => Promise<void>;
  /** A workflow file of the commit that is not the base's. */
  forged?: boolean;
}

export interface GradeRun {
  id: number;
  job: JobRun;
  pull: Pull;
  /** The commit of the event. */
  head: string;
  /** The machine's folder. */
  machine: string;
  /** Folders of the workspace in which npm was run. */
  installedIn: string[];
}

/** GitHub as the workflows of a course know it: repositories, events, runs and an API, all on this machine. */
export interface GitHub extends AsyncDisposable {
  course: CourseRepository;
  state: GitHubState;
  api: GitHubApi;
  open(options: OpenOptions): Promise<Pull>;
  push(pull: Pull, options: { changes: Entries; parents?: readonly string[] }): Promise<void>;
  /** Runs `grade.yml` of the base as the event of the pull request's head has it. */
  grade(pull: Pull, options?: RunOptions): Promise<GradeRun>;
  /** Runs `comment.yml` of the default branch for a run that has ended. */
  comment(run: GradeRun, conclusion?: string): Promise<JobRun>;
}

const TOKEN = "token-of-the-run";

export async function startGitHub(): Promise<GitHub> {
  const course = await createCourseRepository();
  const state: GitHubState = {
    repository: COURSE,
    token: TOKEN,
    pulls: [],
    artifacts: new Map(),
    comments: new Map(),
  };
  const api = await serveGitHubApi(state);
  let runs = 0;

  const push: GitHub["push"] = async (pull, { changes, parents = [course.base] }) => {
    pull.headSha = await course.commit({ parents, changes });
    await course.push({
      commit: pull.headSha,
      to: pull.headRepository,
      branch: pull.headBranch,
      number: pull.number,
    });
  };

  const workflowOf = async (commit: string, name: string) => {
    const path = `.github/workflows/${name}.yml`;
    return readWorkflow(await git(course.repositories.get(COURSE) ?? "", ["show", `${commit}:${path}`]), path);
  };

  return {
    course,
    state,
    api,
    push,
    async open({ changes, parents, author = "alice", from = `${author}/course` }) {
      const number = state.pulls.length + 1;
      const pull: Pull = {
        number,
        open: true,
        author,
        title: "My solution",
        headRepository: from,
        headBranch: `hand-in-${number}`,
        headSha: "",
        baseSha: course.base,
      };
      await push(pull, { changes, ...(parents === undefined ? {} : { parents }) });
      state.pulls.push(pull);
      return pull;
    },
    async grade(pull, { labels = [], realNpm = false, forkDeleted = false, forged = false, onStep } = {}) {
      const id = ++runs;
      const machine = await mkdtemp(join(course.folder, "machine-"));
      const head = pull.headSha;
      const { environment, installedIn } = await prepareMachine(machine, { realNpm });
      const job = await runJob({
        workflow: await workflowOf(forged ? head : pull.baseSha, "grade"),
        eventName: "pull_request",
        event: pullRequestEvent(pull, { labels, forkDeleted }),
        repository: COURSE,
        sha: head,
        runId: id,
        machine,
        repositories: course.repositories,
        apiUrl: api.url,
        // What a run of a fork has may only read; the tests' API knows it not at all.
        token: "token-that-may-only-read",
        environment,
        ...(onStep === undefined ? {} : { onStep }),
      });
      state.artifacts.set(id, job.artifacts);
      const workspace = join(machine, "workspace/");
      const folders = (await installedIn()).map((folder) => folder.replace(workspace, ""));
      return { id, job, pull, head, machine, installedIn: folders };
    },
    async comment({ id, pull, head, job }, conclusion = job.conclusion) {
      const machine = await mkdtemp(join(course.folder, "machine-"));
      const { environment } = await prepareMachine(machine);
      return runJob({
        workflow: await workflowOf(course.base, "comment"),
        eventName: "workflow_run",
        event: workflowRunEvent({ id, pull, head, conclusion }),
        repository: COURSE,
        sha: course.base,
        runId: ++runs,
        machine,
        repositories: course.repositories,
        apiUrl: api.url,
        token: TOKEN,
        environment,
      });
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await course[Symbol.asyncDispose]();
    },
  };
}

/** The part of the webhook's payload that is read: https://docs.github.com/en/webhooks/webhook-events-and-payloads. */
export function pullRequestEvent(
  { number, author, title, baseSha, headSha, headRepository, headBranch }: Pull,
  { labels = [], forkDeleted = false, repository = COURSE } = {} as {
    labels?: string[];
    forkDeleted?: boolean;
    repository?: string;
  },
): object {
  return {
    action: "synchronize",
    number,
    pull_request: {
      number,
      title,
      user: { login: author },
      labels: labels.map((name) => ({ name })),
      base: { ref: "main", sha: baseSha, repo: { full_name: repository } },
      head: { ref: headBranch, sha: headSha, repo: forkDeleted ? null : { full_name: headRepository } },
    },
    repository: { full_name: repository, default_branch: "main" },
  };
}

export function workflowRunEvent(
  run: { id: number; pull: Pull; head: string; conclusion: string },
  repository = COURSE,
): object {
  const [login] = run.pull.headRepository.split("/");
  return {
    action: "completed",
    workflow_run: {
      id: run.id,
      name: "grade",
      event: "pull_request",
      status: "completed",
      conclusion: run.conclusion,
      run_attempt: 1,
      head_branch: run.pull.headBranch,
      head_sha: run.head,
      head_repository: { full_name: run.pull.headRepository, owner: { login } },
      repository: { full_name: repository },
      html_url: `https://github.com/${repository}/actions/runs/${run.id}`,
      // Empty for forks: https://docs.github.com/en/rest/actions/workflow-runs.
      pull_requests: [],
    },
    repository: { full_name: repository, default_branch: "main" },
  };
}

/** The document that a run keeps, which must be all that is in its artifact; undefined if it keeps none. */
export function documentOf({ artifacts }: JobRun): PullRequest | undefined {
  const archive = artifacts.get("pull-request");
  if (archive === undefined) return undefined;
  const [[name, bytes] = [], ...others] = Object.entries(unzipSync(archive));
  if (name !== "pull-request.json" || others.length > 0) throw new Error(`found ${name} and ${others.length} others`);
  return v.parse(v.strictObject(pullRequestSchema.entries), JSON.parse(Buffer.from(bytes ?? []).toString("utf8")));
}
