import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { CANARY } from "./canary.ts";
import { documentOf, type GitHub, type GradeRun, startGitHub } from "./github.ts";
import { GRADED } from "./graded-cases.ts";
import { REFUSED } from "./refused-cases.ts";
import { findWorkflowCommands, showAnnotation } from "./workflow-commands.ts";

let github: GitHub;
beforeAll(async () => {
  await rm(CANARY, { force: true });
  github = await startGitHub();
});
afterEach(() => {
  expect(existsSync(CANARY), "something of the head was executed").toBe(false);
});
afterAll(() => github[Symbol.asyncDispose]());

/** What a run is seen to be from outside. */
function outcomeOf({ job }: GradeRun) {
  const document = documentOf(job);
  return {
    exitCode: job.steps.find(({ name }) => name === "Grade")?.exitCode,
    verdict: document?.verdict,
    findings: document?.findings.map(({ code, path }) => (path ? `${code} ${path}` : code)),
    submissions: document?.submissions.map(({ lab, result: { verdict, score, maxScore } }) =>
      verdict === "graded" ? `${lab} ${score}/${maxScore}` : `${lab} ${verdict}`,
    ),
    annotations: job.steps
      .flatMap(({ stdout, stderr }) => findWorkflowCommands(`${stdout}\n${stderr}`))
      .map(showAnnotation),
  };
}

it.for([...GRADED, ...REFUSED])("$what", async ({ open, run: options, what: _, ...expected }) => {
  const pull = await github.open(await open(github.course));
  const run = await github.grade(pull, options);
  console.log(JSON.stringify(outcomeOf(run), null, 2), run.job.summary);
  expect(outcomeOf(run)).toEqual({ findings: [], submissions: [], ...expected });
});
