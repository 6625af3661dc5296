import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CANARY, trapsFor } from "./canary.ts";
import { type Entries, solution } from "./course-repository.ts";
import { documentOf, type GitHub, startGitHub } from "./github.ts";
import { MINE } from "./graded-cases.ts";
import { commentsOn, outcomeOf } from "./run-outcome.ts";

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub();
});
beforeEach(() => rm(CANARY, { force: true }));
afterAll(() => github[Symbol.asyncDispose]());

/** Refused without a stack, so that a run takes little time. */
const WRONG: Entries = { "README.md": "mine\n" };

it("the packages of the base are installed by npm itself, beside a head full of settings for it", async () => {
  const pull = await github.open({ changes: trapsFor("") });
  const run = await github.grade(pull, { realNpm: true });
  expect(run.job.steps.map(({ name, outcome }) => `${name.replace(/@.*/, "")}: ${outcome}`)).toEqual([
    "actions/checkout: success",
    "actions/checkout: success",
    "Install the grader: success",
    "Look for the engine and get the images: success",
    "Grade: failure",
    "Keep the document: success",
  ]);
  expect(run.job.steps[2]?.stdout).toMatch(/^added \d+ packages/m);
  expect(outcomeOf(run)).toMatchObject({ exitCode: 1, verdict: "refused" });
  expect(existsSync(CANARY)).toBe(false);
});

it("a second push changes the comment of the first", async () => {
  const pull = await github.open({ changes: WRONG });
  await github.comment(await github.grade(pull));
  const [first, ...others] = commentsOn(github, pull);
  expect(first).toContain("Refused as a whole");
  expect(others).toEqual([]);

  await github.push(pull, { changes: await solution(MINE) });
  const second = await github.grade(pull);
  expect(outcomeOf(second)).toMatchObject({ exitCode: 0, submissions: ["01-demo 40/40"] });
  const { steps } = await github.comment(second);
  expect(steps.at(-1)?.stdout).toBe(`Pull request ${pull.number}: comment changed\n`);
  const comments = commentsOn(github, pull);
  expect(comments).toEqual([expect.stringContaining("40 of 40 points")]);
  expect(comments[0]).not.toContain("Refused as a whole");
});

it("a force-push in the middle of a run leaves the run its commit, and the comment to the newer one", async () => {
  const pull = await github.open({ changes: WRONG });
  const before = pull.headSha;
  const overtaken = await github.grade(pull, {
    onStep: async (name) => {
      if (name === "Grade") await github.push(pull, { changes: {} });
    },
  });
  expect(pull.headSha).not.toBe(before);
  expect(documentOf(overtaken.job)).toMatchObject({ head: before, verdict: "refused" });
  const late = await github.comment(overtaken);
  expect(late.steps.at(-1)).toMatchObject({
    outcome: "success",
    stdout: `Nothing to comment: the pull request has a newer commit than ${before}\n`,
  });
  expect(commentsOn(github, pull)).toEqual([]);

  await github.comment(await github.grade(pull));
  expect(commentsOn(github, pull)).toEqual([expect.stringContaining("Nothing is graded")]);
});

it("a commit that is no longer on any branch when the run begins is graded all the same", async () => {
  const pull = await github.open({ changes: WRONG });
  const before = pull.headSha;
  const run = await github.grade(pull, {
    // Before the first step: the event has the commit, the branch has another one.
    onStep: async (name) => {
      if (name.startsWith("actions/checkout") && pull.headSha === before) await github.push(pull, { changes: {} });
    },
  });
  expect(documentOf(run.job)).toMatchObject({ head: before, verdict: "refused" });
});

it("a run that a newer push cancelled is not commented on", async () => {
  const pull = await github.open({ changes: WRONG });
  const run = await github.grade(pull);
  expect(await github.comment(run, "cancelled")).toMatchObject({ conclusion: "skipped", steps: [] });
  expect(commentsOn(github, pull)).toEqual([]);
});

it("a head that Git does not check out ends without a document, and the comment says so", async () => {
  const pull = await github.open({ changes: { [`${MINE}/GIT~1/hooks/post-checkout`]: { program: "#!/bin/sh\n" } } });
  const run = await github.grade(pull);
  expect(run.job.steps.map(({ outcome }) => outcome)).toEqual(["success", "failure", "skipped"]);
  expect(run.job.steps[1]?.stderr).toContain("invalid path");
  expect(documentOf(run.job)).toBeUndefined();
  await github.comment(run);
  expect(commentsOn(github, pull)).toEqual([expect.stringContaining("The grading did not finish")]);
});
