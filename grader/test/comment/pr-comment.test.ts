import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "../run-cli.ts";
import { archiveOf, type Course, course, document, HEAD, PULL, RUN } from "./course.ts";

const event = () => ({
  action: "completed",
  repository: { full_name: RUN.repository },
  workflow_run: {
    id: RUN.id,
    event: RUN.event,
    conclusion: RUN.conclusion,
    head_sha: HEAD,
    head_branch: RUN.branch,
    head_repository: { full_name: RUN.headRepository },
    html_url: RUN.url,
    pull_requests: [],
  },
});

/** The real command; what GitHub was, if it is asked at all. */
async function comment(written: unknown, github?: Course, env: Record<string, string | undefined> = {}) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "event.json");
  await writeFile(file, typeof written === "string" ? written : JSON.stringify(written));
  const ran = await runCli(["pr-comment", "--run", file], {
    env: { GITHUB_API_URL: github?.server.url, GITHUB_TOKEN: github?.state.token ?? "ghs_secret", ...env },
  });
  for (const text of [ran.stdout, ran.stderr]) expect(text).not.toContain("ghs_secret");
  return { ...ran, stderr: ran.stderr.replaceAll(folder.path, "<folder>") };
}

describe("pr-comment", () => {
  it("writes a comment: 0", async () => {
    await using github = await course(archiveOf(document()));
    expect(await comment(event(), github)).toEqual({
      exitCode: 0,
      stdout: "Pull request 7: comment written\n",
      stderr: "",
    });
    expect(github.state.comments.get(7)).toHaveLength(1);
  });

  it("has nothing to say: 0", async () => {
    await using github = await course(archiveOf(document()), { pulls: [{ ...PULL, headSha: "c".repeat(40) }] });
    expect(await comment(event(), github)).toEqual({
      exitCode: 0,
      stdout: `Nothing to comment: the pull request has a newer commit than ${HEAD}\n`,
      stderr: "",
    });
    const gone = { ...event().workflow_run, head_repository: null, head_branch: null, conclusion: null };
    expect(await comment({ ...event(), workflow_run: gone }, github)).toMatchObject({
      exitCode: 0,
      stdout: "Nothing to comment: the branch of the run is gone\n",
    });
  });

  it("finds a document that cannot be used, and says so there and here: 1", async () => {
    await using github = await course(archiveOf(document({ head: "c".repeat(40) })));
    expect(await comment(event(), github)).toEqual({
      exitCode: 1,
      stdout: "Pull request 7: comment written\n",
      stderr: `grader: pull-request.json: found the document of commit ${"c".repeat(40)}, expected that of ${HEAD}, which the run graded [DOCUMENT_FOREIGN]
  The grader writes no such document: the workflow was changed.
`,
    });
  });

  it("is let down by GitHub: 3", async () => {
    await using github = await course(archiveOf(document()), { pulls: [PULL] });
    github.state.interfere = () => ({ status: 403, body: { message: "Resource not accessible by integration" } });
    const { exitCode, stdout, stderr } = await comment(event(), github);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("with 403 (Resource not accessible by integration), expected success [GITHUB_REFUSED]\n");
  });
});

describe("wrong usage: 2, and GitHub is not asked", () => {
  const kind = "expected one of the kind workflow_run [EVENT_KIND]\n  Run this in a workflow `on: workflow_run`.\n";
  const changed = (change: object) => ({ ...event(), workflow_run: { ...event().workflow_run, ...change } });
  it.for<[what: string, written: unknown, env: Record<string, string | undefined>, stderr: string]>([
    [
      "no token",
      event(),
      { GITHUB_TOKEN: "" },
      "GITHUB_TOKEN: found nothing, expected a token that may comment [GITHUB_TOKEN_MISSING]\n  Set GITHUB_TOKEN in the `env` of the step, to `github.token` or a token of your own.\n",
    ],
    [
      "a token with a line end, which is not shown",
      event(),
      { GITHUB_TOKEN: "ghs_secret\nx" },
      "GITHUB_TOKEN: found blanks or letters that no token has, expected a token that may comment [GITHUB_TOKEN_MISSING]\n  Set GITHUB_TOKEN in the `env` of the step, to `github.token` or a token of your own.\n",
    ],
    [
      "a wrong address",
      event(),
      { GITHUB_API_URL: "api.github.com" },
      "GITHUB_API_URL: found api.github.com, expected the address of GitHub's REST API [GITHUB_API_URL_INVALID]\n  Leave it as GitHub Actions sets it, or take it away for https://api.github.com.\n",
    ],
    [
      "another event",
      { pull_request: {} },
      {},
      `<folder>/event.json: found an event without \`workflow_run\`, ${kind}`,
    ],
    [
      "an event that is no JSON",
      "{",
      {},
      "<folder>/event.json: found text that is not JSON, expected the event as GitHub writes it [EVENT_SYNTAX]\n  Name the file that GITHUB_EVENT_PATH names.\n",
    ],
    [
      "a repository that is a path",
      { ...event(), repository: { full_name: "school/course/../.." } },
      {},
      '<folder>/event.json: `repository.full_name`: found "school/course/../..", expected owner/name [EVENT_INVALID]\n  Give the event as GitHub wrote it.\n',
    ],
    [
      "a page that would end its link",
      changed({ html_url: "https://github.com/)[x](http://evil" }),
      {},
      '<folder>/event.json: `workflow_run.html_url`: found "https://github.com/)[x](http://evil", expected the address of a page [EVENT_INVALID]\n  Give the event as GitHub wrote it.\n',
    ],
    [
      "a commit that is none",
      changed({ head_sha: "main" }),
      {},
      '<folder>/event.json: `workflow_run.head_sha`: found "main", expected the full hash of a commit [EVENT_INVALID]\n  Give the event as GitHub wrote it.\n',
    ],
  ])("%s", async ([, written, env, stderr]) => {
    await using github = await course(archiveOf(document()));
    expect(await comment(written, github, env)).toEqual({ exitCode: 2, stdout: "", stderr: `grader: ${stderr}` });
    expect(github.server.requests).toEqual([]);
  });

  it("no event", async () => {
    const ran = await runCli(["pr-comment", "--run", "/nonexistent/event.json"]);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("[EVENT_MISSING]") });
  });
});
