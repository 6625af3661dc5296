import { PULL_REQUEST_SCHEMA, type PullRequest } from "@compose-labs/lab/pull-request";
import { describe, expect, it } from "vitest";
import { annotatePullRequest, renderPullRequest, renderPullRequestText } from "../src/index.ts";
import { hostileResult, sampleCheck, sampleResult } from "./fixtures/sample-results.ts";

function samplePull(change: Partial<PullRequest> = {}): PullRequest {
  return {
    schema: PULL_REQUEST_SCHEMA,
    base: "b".repeat(40),
    head: "a".repeat(40),
    verdict: "graded",
    findings: [],
    submissions: [],
    ...change,
  };
}

const submission = (result = sampleResult()) => ({
  student: "alice",
  lab: "07-networks",
  folder: "submissions/alice/07-networks",
  result,
});
const REFUSED = samplePull({
  verdict: "refused",
  findings: [
    { code: "path.outside", path: "labs/07/checks.ts", message: "belongs to the course", remedy: "Take it back." },
    { code: "labs.too-many", message: "found 6 labs, expected at most 5", remedy: "Open one for each." },
  ],
});
const FAULT = samplePull({
  verdict: "fault",
  fault: { code: "HEAD_GONE", message: "the repository has no commit", hint: "Push again." },
});

describe("a pull request that is refused", () => {
  it("says why, in Markdown", () => {
    expect(renderPullRequest(REFUSED)).toMatchInlineSnapshot(`
      "## ⛔ Refused as a whole, nothing was graded: 2 things to change

      Commit \`aaaaaaaaaaaa\`

      - \`labs/07/checks.ts\` belongs to the course (\`path.outside\`)<br>Take it back.

      - found 6 labs, expected at most 5 (\`labs.too-many\`)<br>Open one for each.
      "
    `);
  });

  it("says why, for a log", () => {
    expect(renderPullRequestText(REFUSED, { width: 80 })).toMatchInlineSnapshot(`
      "── REFUSED  path.outside ───────────────────────────────────────────────────────
        why       labs/07/checks.ts: belongs to the course
        change    Take it back.

      ── REFUSED  labs.too-many ──────────────────────────────────────────────────────
        why       found 6 labs, expected at most 5
        change    Open one for each.

      Refused as a whole, nothing was graded: 2 things to change
      "
    `);
  });

  it("says why, on each file", () => {
    expect(annotatePullRequest(REFUSED)).toMatchInlineSnapshot(`
      "::notice title=Pull request::Refused as a whole, nothing was graded: 2 things to change
      ::error file=labs/07/checks.ts,title=Refused%3A path.outside::belongs to the course%0ATake it back.
      ::error title=Refused%3A labs.too-many::found 6 labs, expected at most 5%0AOpen one for each.
      "
    `);
  });
});

describe("a pull request that could not be graded", () => {
  it("costs no points, in every form", () => {
    expect(renderPullRequest(FAULT)).toMatchInlineSnapshot(`
      "## ⚠️ The grading could not be finished, and no points are lost

      Commit \`aaaaaaaaaaaa\`

      - **Cause:** the repository has no commit (\`HEAD_GONE\`)
      - **Do:** Push again.
      - **Points:** No points are lost: this is not your mistake.
      "
    `);
    expect(renderPullRequestText(FAULT, { width: 80 })).toMatchInlineSnapshot(`
      "── FAULT  HEAD_GONE ────────────────────────────────────────────────────────────
        cause     the repository has no commit
        do        Push again.

      The grading could not be finished, and no points are lost
      "
    `);
    expect(annotatePullRequest(FAULT)).toMatchInlineSnapshot(`
      "::warning title=Pull request::the repository has no commit%0ANo points are lost: this is not your mistake.
      "
    `);
  });
});

describe("a pull request without a submission", () => {
  it("says so, in every form", () => {
    const pull = samplePull({ verdict: "nothing" });
    expect(renderPullRequest(pull)).toMatchInlineSnapshot(`
      "## Nothing is graded: the pull request changes no submission, or is work on the course

      Commit \`aaaaaaaaaaaa\`
      "
    `);
    expect(renderPullRequestText(pull, { width: 80 })).toMatchInlineSnapshot(`
      "Nothing is graded: the pull request changes no submission, or is work on the
      course
      "
    `);
    expect(annotatePullRequest(pull)).toMatchInlineSnapshot(`
      "::notice title=Pull request::Nothing is graded: the pull request changes no submission, or is work on the course
      "
    `);
  });
});

describe("a pull request with submissions", () => {
  it("has a part for each", () => {
    const pull = samplePull({ submissions: [submission(), { ...submission(), folder: "submissions/alice/08-more" }] });
    for (const text of [renderPullRequest(pull), renderPullRequestText(pull, { width: 80 })]) {
      expect(text).toMatch(/2 submissions were graded/);
      expect(text).toMatch(
        /submissions\/alice\/07-networks[\s\S]*points[\s\S]*submissions\/alice\/08-more[\s\S]*points/,
      );
    }
  });

  it("tells less, and says so, until it fits; the verdict stays", () => {
    const log = "x ".repeat(9_000);
    const diagnosis = { code: "A", found: "f", expected: "e", log, transcript: [] };
    const failed = Array.from({ length: 60 }, (_, index) =>
      sampleCheck(`check-${index}`, { outcome: "failed", hints: ["h ".repeat(900)], diagnosis }),
    );
    const result = sampleResult({ checks: failed, score: 0, maxScore: 600 });
    const pull = samplePull({ submissions: Array.from({ length: 5 }, () => submission(result)) });
    const sizes = [8_000_000, 600_000, 40_000, 3_000, 400].map((maxLength) => {
      const text = renderPullRequest(pull, { maxLength });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxLength);
      expect(text.includes("This page is shortened")).toBe(maxLength < 8_000_000);
      expect(text).toMatch(/^## 5 submissions were graded\n/);
      return text.length;
    });
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(renderPullRequest(pull, { maxLength: 3_000 }).match(/0 of 600 points/g)).toHaveLength(5);
  });

  it("bounds a document that nobody vouches for", () => {
    const findings = Array.from({ length: 5_000 }, (_, index) => ({
      code: `c${index}`,
      path: "p".repeat(9_000),
      message: "m".repeat(9_000),
      remedy: "r".repeat(9_000),
    }));
    const text = renderPullRequest(samplePull({ verdict: "refused", findings }), { maxLength: 65_000 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/5000 things to change/);
  });
});

const HOSTILE = [
  "::error::pwned",
  "\n::add-mask::x",
  "@everyone #1 org/repo#2",
  "<img src=x onerror=alert(1)>",
  "[click](https://evil.example)",
  "</details>```\n# Heading",
  "\u001b[31mred\u202e",
].join(" ");

describe("text of a stranger", () => {
  const hostile = samplePull({
    verdict: "refused",
    findings: [{ code: HOSTILE, path: HOSTILE, message: HOSTILE, remedy: HOSTILE }],
    submissions: [{ ...submission(hostileResult()), folder: HOSTILE, student: HOSTILE, lab: HOSTILE }],
    fault: { code: HOSTILE, message: HOSTILE, hint: HOSTILE },
  });
  const pulls = [hostile, { ...hostile, verdict: "fault" as const }];

  it.for(pulls)("is only text in Markdown", (pull) => {
    const text = renderPullRequest(pull);
    expect(text).not.toMatch(/^\s*::/m);
    // What is not code: no mention, no tag of theirs, no link.
    const prose = text.replace(/^(`{3,}).*\n[\s\S]*?\n\1$/gm, "").replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
    expect(prose).not.toMatch(/@[a-z]/i);
    expect(prose).not.toMatch(/<(?!\/?(?:br|details|summary|span)\b)/);
    expect(prose).not.toMatch(/(?<!\\)\]\(/);
    expect(prose).not.toMatch(/^# Heading/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });

  it.for(pulls)("starts no command of the runner but ours", (pull) => {
    expect(renderPullRequestText(pull, { width: 80 })).not.toMatch(/^\s*::|##\[/m);
    const lines = annotatePullRequest(pull).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) [^:]*::/);
  });
});
