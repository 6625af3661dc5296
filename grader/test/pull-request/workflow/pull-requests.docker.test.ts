import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { CANARY } from "./canary.ts";
import { git } from "./git.ts";
import { documentOf, type GitHub, startGitHub } from "./github.ts";
import { GRADED } from "./graded-cases.ts";
import { REFUSED } from "./refused-cases.ts";
import { commentsOn, outcomeOf, outsideCode } from "./run-outcome.ts";

let github: GitHub;
beforeAll(async () => {
  await rm(CANARY, { force: true });
  github = await startGitHub();
});
afterEach(() => {
  expect(existsSync(CANARY), "something of the head was executed").toBe(false);
});
afterAll(() => github[Symbol.asyncDispose]());

it.for([...GRADED, ...REFUSED])("$what", async ({ open, run: options, what: _, shownAsCode = [], ...expected }) => {
  const pull = await github.open(await open(github.course));
  const run = await github.grade(pull, options);
  const { summary, conclusion, steps } = run.job;
  expect(outcomeOf(run), steps.map(({ stderr }) => stderr).join("")).toEqual({
    findings: [],
    submissions: [],
    ...expected,
  });
  expect(conclusion).toBe(expected.exitCode === 0 ? "success" : "failure");
  expect(documentOf(run.job)).toMatchObject({ base: pull.baseSha, head: pull.headSha, number: pull.number });

  // Only the base was installed, and neither checkout was changed.
  expect(run.installedIn).toEqual(["trusted"]);
  // By plumbing: a hostile .gitmodules ends `git status`.
  const changedIn = (checkout: string, ...options: string[]) =>
    git(join(run.machine, "workspace", checkout), ["ls-files", "--others", "--modified", ...options]);
  expect(await changedIn("trusted", "--exclude-standard")).toBe("");
  expect(await changedIn("pr")).toBe("");

  const comment = await github.comment(run);
  expect(comment).toMatchObject({ conclusion: "success" });
  const [body = "", ...others] = commentsOn(github, pull);
  expect(others).toEqual([]);
  expect(body).toContain(summary.trimEnd());
  expect(body).toContain("not the mark of record");
  for (const text of shownAsCode) {
    expect(body).toContain(text);
    expect(outsideCode(body)).not.toContain(text);
  }
  expect([...github.state.comments.keys()].every((number) => number <= pull.number)).toBe(true);
});
