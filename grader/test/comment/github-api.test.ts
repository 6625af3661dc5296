import { describe, expect, it } from "vitest";
import { commentOnRun } from "../../src/comment/comment-on-run.ts";
import { openGitHubApi } from "../../src/comment/github-api.ts";
import type { Answer } from "../pull-request/workflow/github-api.ts";
import { archiveOf, course, document, RUN } from "./course.ts";

const PULLS = "GET /repos/school/course/pulls?state=open&head=alice%3Amy%20work%20%231&per_page=100&page=1";
const COMMENTS = "/repos/school/course/issues/7/comments";
const ZIP = "GET /repos/school/course/actions/artifacts/900/zip";

/** GitHub that answers some requests in another way, so often as there are answers. */
async function disturbed(pattern: RegExp, ...answers: Answer[]) {
  const left = [...answers];
  return course(archiveOf(document()), {
    interfere: (request, isStorage) =>
      pattern.test(`${isStorage ? "storage: " : ""}${request}`) ? left.shift() : undefined,
  });
}

const DONE = { comments: [{ number: 7, written: "written" }], unusable: undefined };
const failure = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { message: "Oh\u001b[2J no", documentation_url: "https://docs.github.com/rest" },
});

describe("a failure that passes", () => {
  it("of GitHub is asked again, later each time", async () => {
    await using github = await disturbed(/pulls/, failure(502), failure(503));
    expect(await commentOnRun(github.api, RUN)).toEqual(DONE);
    expect(github.waits).toEqual([2_000, 4_000]);
  });

  it("for a limit is asked again when GitHub says", async () => {
    await using github = await disturbed(/^POST/, failure(403, { "retry-after": "7" }), failure(429));
    expect(await commentOnRun(github.api, RUN)).toEqual(DONE);
    expect(github.waits).toEqual([7_000, 4_000]);
    expect(github.state.comments.get(7)).toHaveLength(1);
  });
});

describe("a failure that stays is a fault:", () => {
  const again = "Run the job again; the verdict itself is not touched.";
  const rights = "Give the job the permissions `actions: read` and `pull-requests: write`.";
  const wrong = "Check that GITHUB_API_URL names GitHub's REST API.";
  it.for<[what: string, pattern: RegExp, answers: Answer[], code: string, message: string, hint: string]>([
    [
      "GitHub is broken",
      /pulls/,
      [failure(500), failure(500), failure(500)],
      "GITHUB_REFUSED",
      `GitHub answered ${PULLS} with 500 (Oh no), expected success`,
      again,
    ],
    [
      "a comment that may have been written",
      /^POST/,
      [failure(502)],
      "GITHUB_REFUSED",
      `GitHub answered POST ${COMMENTS} with 502 (Oh no), expected success`,
      again,
    ],
    [
      "a limit of an hour",
      /pulls/,
      [failure(403, { "retry-after": "3600" })],
      "GITHUB_LIMITED",
      `GitHub takes no more requests for now: ${PULLS} was answered with 403 (Oh no)`,
      "Run the job again later; the verdict itself is not touched.",
    ],
    [
      "no request is left",
      /pulls/,
      [failure(403, { "x-ratelimit-remaining": "0" })],
      "GITHUB_LIMITED",
      `GitHub takes no more requests for now: ${PULLS} was answered with 403 (Oh no)`,
      "Run the job again later; the verdict itself is not touched.",
    ],
    [
      "a permission is missing",
      /^POST/,
      [failure(403)],
      "GITHUB_REFUSED",
      `GitHub answered POST ${COMMENTS} with 403 (Oh no), expected success`,
      rights,
    ],
    [
      "no page, and no message",
      /artifacts\?/,
      [{ status: 404, body: Buffer.from("<html>") }],
      "GITHUB_REFUSED",
      "GitHub answered GET /repos/school/course/actions/runs/9/artifacts?name=pull-request&per_page=100 with 404, expected success",
      rights,
    ],
    [
      "an answer that is no JSON",
      /pulls/,
      [{ status: 200, body: Buffer.from("<html>") }],
      "GITHUB_ANSWER_INVALID",
      `GitHub's answer to ${PULLS}: \`the whole\`: found undefined, expected Array`,
      wrong,
    ],
    [
      "an answer of another form",
      /pulls/,
      [{ status: 200, body: [{ number: "7" }] }],
      "GITHUB_ANSWER_INVALID",
      `GitHub's answer to ${PULLS}: \`0.number\`: found "7", expected number`,
      wrong,
    ],
    [
      "an answer that ends too early",
      /pulls/,
      [{ status: 200, body: Buffer.from("[{"), isCut: true }],
      "GITHUB_UNREACHABLE",
      `the answer to ${PULLS} ended too early (terminated)`,
      again,
    ],
    [
      "an answer without end",
      /^GET .*comments/,
      [{ status: 200, body: Buffer.alloc(33 * 1024 * 1024, " ") }],
      "GITHUB_ANSWER_TOO_LARGE",
      `the answer to GET ${COMMENTS}?per_page=100&page=1 has more than 33,554,432 bytes, expected at most so many`,
      wrong,
    ],
    [
      "an archive without a redirect",
      /artifacts\/900/,
      [{ status: 200, body: Buffer.from("PK") }],
      "GITHUB_ANSWER_INVALID",
      `GitHub's answer to ${ZIP}: found status 200 and no address, expected a redirect to the archive`,
      wrong,
    ],
    [
      "an archive in a file of this machine",
      /artifacts\/900/,
      [{ status: 302, headers: { location: "file:///etc/passwd" } }],
      "GITHUB_ANSWER_INVALID",
      `GitHub's answer to ${ZIP}: found status 302 and an address of file:, expected a redirect to the archive`,
      wrong,
    ],
    [
      "an archive that is not there",
      /^storage/,
      [failure(404)],
      "GITHUB_REFUSED",
      `GitHub answered ${ZIP} (archive) with 404 (Oh no), expected success`,
      rights,
    ],
    [
      "an archive that is larger than was said",
      /^storage/,
      [{ status: 200, body: Buffer.alloc(600_000) }],
      "GITHUB_ANSWER_TOO_LARGE",
      `the answer to ${ZIP} (archive) has more than 540,672 bytes, expected at most so many`,
      wrong,
    ],
    [
      "an archive that sends on",
      /^storage/,
      [{ status: 302, headers: { location: "http://127.0.0.1:9/" } }],
      "GITHUB_UNREACHABLE",
      `GitHub does not answer ${ZIP} (archive) (unexpected redirect)`,
      again,
    ],
  ])("%s", async ([, pattern, answers, code, message, hint]) => {
    await using github = await disturbed(pattern, ...answers);
    await expect(commentOnRun(github.api, RUN)).rejects.toMatchObject({ kind: "fault", code, message, hint });
    expect(github.state.comments.size).toBe(0);
  });

  it("another token", async () => {
    await using github = await course(archiveOf(document()), { token: "renewed" });
    await expect(commentOnRun(github.api, RUN)).rejects.toMatchObject({
      code: "GITHUB_REFUSED",
      message: `GitHub answered ${PULLS} with 401 (Bad credentials), expected success`,
      hint: "Give a token that is valid in GITHUB_TOKEN.",
    });
  });

  it("nobody answers", async () => {
    const github = await course(undefined);
    await github[Symbol.asyncDispose]();
    await expect(commentOnRun(github.api, RUN)).rejects.toMatchObject({
      code: "GITHUB_UNREACHABLE",
      message: expect.stringMatching(
        /^GitHub does not answer GET \/repos\/.* \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/,
      ),
    });
  });
});

it("ends at once when it is interrupted, also while it waits", async () => {
  await using github = await disturbed(/pulls/, failure(503, { "retry-after": "50" }));
  const { url } = github.server;
  const interruption = new AbortController();
  const api = openGitHubApi({ url, token: github.state.token, signal: interruption.signal });
  const commented = commentOnRun(api, RUN);
  const { interfere } = github.state;
  github.state.interfere = (...request) => {
    setImmediate(() => interruption.abort(new Error("interrupted")));
    return interfere?.(...request);
  };
  await expect(commented).rejects.toThrow();
  expect(interruption.signal.aborted).toBe(true);
  await expect(commentOnRun(api, RUN)).rejects.toThrow("interrupted");
});
