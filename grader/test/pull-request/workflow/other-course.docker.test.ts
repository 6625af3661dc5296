import { mkdtemp, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseYaml } from "@compose-labs/lab/yaml";
import * as v from "valibot";
import { expect, it } from "vitest";
import { COURSE, createCourseRepository, OTHER_COURSE, solution } from "./course-repository.ts";
import { findForbidden } from "./forbidden.ts";
import { git } from "./git.ts";
import { documentOf, pullRequestEvent, workflowRunEvent } from "./github.ts";
import { type GitHubState, type Pull, serveGitHubApi } from "./github-api.ts";
import { prepareMachine } from "./machine.ts";
import { runJob } from "./run-job.ts";
import { outcomeOf } from "./run-outcome.ts";
import { readWorkflow } from "./workflow-file.ts";

const documentation = resolve(import.meta.dirname, "../../../../docs/github.md");

/** What docs/github.md gives to another course, with the commit of the grader written in. */
async function documented(name: string, commit: string): Promise<string> {
  const text = await readFile(documentation, "utf8");
  const block = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].find(([, yaml]) => yaml?.startsWith(`name: ${name}\n`));
  return (block?.[1] ?? "").replaceAll("0123456789abcdef0123456789abcdef01234567", commit);
}

const caller = v.strictObject({
  name: v.literal("grade"),
  on: v.literal("pull_request"),
  permissions: v.strictObject({ contents: v.literal("read") }),
  jobs: v.strictObject({
    grade: v.strictObject({
      uses: v.string(),
      with: v.strictObject({ grader: v.string(), revision: v.string() }),
    }),
  }),
});

it("another course grades and comments with the lines that docs/github.md gives", { timeout: 240_000 }, async () => {
  await using course = await createCourseRepository();
  const called = await documented("grade", course.base);
  expect(called.trimEnd().split("\n")).toHaveLength(10);
  expect(findForbidden("grade.yml", called)).toEqual([]);
  const { uses, with: inputs } = parseYaml(called, "grade.yml", caller).value.jobs.grade;
  const [, repository, path = "", revision = ""] = /^([^/]+\/[^/]+)\/(.+)@(.+)$/.exec(uses) ?? [];
  expect([repository, revision, inputs]).toEqual([COURSE, course.base, { grader: COURSE, revision: course.base }]);

  // Its layout is `work/{lab}/{student}`.
  const changes = await solution("work/01-demo/carol", "no-restart");
  const headSha = await course.commit({ parents: [course.otherBase], changes });
  const pull: Pull = {
    number: 1,
    open: true,
    author: "carol",
    title: "Mine",
    headRepository: "carol/containers",
    headBranch: "mine",
    headSha,
    baseSha: course.otherBase,
  };
  await course.push({ commit: headSha, to: "carol/containers", branch: "mine", number: 1, course: OTHER_COURSE });

  const state: GitHubState = {
    repository: OTHER_COURSE,
    token: "token",
    pulls: [pull],
    artifacts: new Map(),
    comments: new Map(),
  };
  await using api = await serveGitHubApi(state);
  const machine = await mkdtemp(join(course.folder, "machine-"));
  const { environment, installedIn } = await prepareMachine(machine);
  const common = { repository: OTHER_COURSE, repositories: course.repositories, apiUrl: api.url };
  const text = await git(course.repositories.get(COURSE) ?? "", ["show", `${revision}:${path}`]);
  const job = await runJob({
    ...common,
    workflow: readWorkflow(text, path),
    eventName: "pull_request",
    event: pullRequestEvent(pull, { repository: OTHER_COURSE }),
    sha: headSha,
    runId: 1,
    inputs,
    machine,
    token: "token-that-may-only-read",
    environment,
  });
  expect(outcomeOf({ job }), job.steps.map(({ stderr }) => stderr).join("")).toEqual({
    exitCode: 1,
    verdict: "graded",
    findings: [],
    submissions: ["01-demo 30/40"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      "error work/01-demo/carol/compose.yaml:2 web comes back after a crash (0 of 10 points)",
    ],
  });
  expect(documentOf(job)).toMatchObject({ base: course.otherBase, head: headSha, repository: OTHER_COURSE });
  expect(await installedIn()).toEqual([join(machine, "workspace/grader")]);

  state.artifacts.set(1, job.artifacts);
  const commenting = await documented("comment", course.base);
  const second = await mkdtemp(join(course.folder, "machine-"));
  const comment = await runJob({
    ...common,
    workflow: readWorkflow(commenting, "comment.yml"),
    eventName: "workflow_run",
    event: workflowRunEvent({ id: 1, pull, head: headSha, conclusion: "failure" }, OTHER_COURSE),
    sha: course.otherBase,
    runId: 2,
    machine: second,
    token: "token",
    environment: (await prepareMachine(second)).environment,
  });
  expect(comment.conclusion, comment.steps.map(({ stderr }) => stderr).join("")).toBe("success");
  expect(state.comments.get(1)).toMatchObject([{ body: expect.stringContaining("30 of 40 points") }]);
});
