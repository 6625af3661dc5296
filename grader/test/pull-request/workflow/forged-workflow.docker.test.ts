import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { runCli } from "../../run-cli.ts";
import { CANARY, trapsFor } from "./canary.ts";
import { COURSE } from "./course-repository.ts";
import { git } from "./git.ts";
import { documentOf, type GitHub, startGitHub } from "./github.ts";
import { commentsOn, outsideCode } from "./run-outcome.ts";

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub();
});
beforeEach(() => rm(CANARY, { force: true }));
afterAll(() => github[Symbol.asyncDispose]());

/** On `pull_request`, GitHub runs the workflow as the pull request has it: this one grades itself. */
const forge = (content: string) => `name: grade
on: pull_request
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with:
          ref: \${{ github.event.pull_request.head.sha }}
          path: pr
          persist-credentials: false
          submodules: false
          lfs: false
      - name: Grade
        shell: bash
        env:
          DOCUMENT: ${JSON.stringify(content.replaceAll("HEAD", "${{ github.sha }}"))}
        run: |
          bash pr/bash_env
          printf '%s' "$DOCUMENT" > "$RUNNER_TEMP/pull-request.json"
      - uses: actions/upload-artifact@330a01c490aca151604b8cf639adc76d48f6c5d4
        with:
          name: pull-request
          path: \${{ runner.temp }}/pull-request.json
`;

const FORGED = {
  schema: "compose-labs/pull-request/v1",
  base: "0".repeat(40),
  head: "HEAD",
  repository: COURSE,
  number: 1,
  author: "alice",
  verdict: "nothing",
  findings: [
    {
      code: "x",
      path: "</code>@everyone <img src=x onerror=alert(1)>",
      message: "**full marks** [here](javascript:alert(1))",
      remedy: "::error::forged",
    },
  ],
  submissions: [],
};

/** What a workflow of the pull request's own makes of it, and what becomes of the comment. */
async function commentOn(content: string) {
  const victim = await github.open({ changes: {}, author: "bob" });
  expect(victim.number).toBe(github.state.pulls.length);
  const changes = { ...trapsFor(""), ".github/workflows/grade.yml": forge(content) };
  const pull = await github.open({ changes });
  const run = await github.grade(pull, { forged: true });
  // The traps do go off where somebody runs them: all other tests count on that.
  expect(existsSync(CANARY)).toBe(true);
  await rm(CANARY);
  const comment = await github.comment(run);
  // Where there is a token that writes, nothing of the pull request is executed.
  expect(existsSync(CANARY)).toBe(false);
  expect(commentsOn(github, victim)).toEqual([]);
  return { pull, run, comment, comments: commentsOn(github, pull) };
}

it("a workflow that the pull request forged says what it likes of itself, as feedback and as text", async () => {
  const { run, comment, comments } = await commentOn(JSON.stringify(FORGED));
  expect(documentOf(run.job)).toMatchObject({ verdict: "nothing", number: 1 });
  expect(comment.conclusion).toBe("success");
  const [body = "", ...others] = comments;
  expect(others).toEqual([]);
  expect(body).toContain("not the mark of record");
  expect(outsideCode(body)).not.toMatch(/<img|@everyone|[^\\](?:\]\(javascript|\*\*)/);
});

it.for([
  ["of another commit", JSON.stringify({ ...FORGED, head: "1".repeat(40) })],
  ["cut short", JSON.stringify(FORGED).slice(0, -5)],
] as const)("a forged document %s is not shown", async ([, content]) => {
  const { comment, comments } = await commentOn(content);
  expect(comment.conclusion).toBe("failure");
  expect(comments).toEqual([expect.stringContaining("The document of the run cannot be used")]);
  expect(comments[0]).not.toContain("full marks");
});

it("the commands for a mark of record in docs/github.md are not deceived", async () => {
  const { pull } = await commentOn(JSON.stringify(FORGED));
  const repository = join(github.course.folder, "handed-in.git");
  await git(github.course.folder, [
    ...["clone", "--quiet", "--bare"],
    pathToFileURL(github.course.repositories.get(COURSE) ?? "").href,
    repository,
  ]);
  await git(repository, ["fetch", "--quiet", "origin", "+refs/pull/*/head:refs/pull/*/head"]);
  const base = await git(repository, ["rev-parse", "main"]);
  const head = await git(repository, ["rev-parse", `refs/pull/${pull.number}/head`]);
  expect([base, head]).toEqual([pull.baseSha, pull.headSha]);
  const { exitCode, stdout } = await runCli(["pr", "--repository", repository, "--base", base, "--head", head]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("Refused as a whole");
  expect(existsSync(CANARY)).toBe(false);
});
