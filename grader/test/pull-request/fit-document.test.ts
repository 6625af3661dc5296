import type { CheckResult, Result } from "@compose-labs/lab";
import { readResultOrPullRequest } from "@compose-labs/lab/documents";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { describe, expect, it } from "vitest";
import { sampleCheck, sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { fitDocument, MAX_DOCUMENT } from "../../src/pull-request/fit-document.ts";
import { document } from "../comment/course.ts";

const call = { call: "proxy.http GET /", answer: "x".repeat(2_000), ms: 1, ok: false };
const failed = (id: string) =>
  sampleCheck(id, {
    outcome: "failed",
    hints: ["h".repeat(300)],
    diagnosis: {
      code: "NET_REACHABLE",
      found: "f".repeat(3_000),
      expected: "e".repeat(3_000),
      log: "l".repeat(9_000),
      place: { file: "compose.yaml", line: 3 },
      source: { firstLine: 1, lines: ["services:"] },
      transcript: [call, call, call],
    },
  });

function of(count: number, make: (id: string) => CheckResult = failed): PullRequest {
  const checks = Array.from({ length: count }, (_, index) => make(`check-${index}`));
  const result: Result = sampleResult({ checks });
  return document({ submissions: [{ student: "alice", lab: "01-demo", folder: "submissions/alice/01-demo", result }] });
}

const bytesOf = (whole: PullRequest) => Buffer.byteLength(JSON.stringify(whole));
/** Throws unless the document is valid and consistent. */
const reread = (whole: PullRequest) =>
  readResultOrPullRequest(JSON.stringify(whole), "x", { most: MAX_DOCUMENT }).pullRequest;

describe("a document", () => {
  it("that fits is left as it is", () => {
    const whole = of(5);
    expect(fitDocument(whole, MAX_DOCUMENT)).toBe(whole);
  });

  it.for([30, 100, 500])("of %i failed checks fits, and keeps points, places and codes", (count) => {
    const whole = of(count);
    expect(bytesOf(whole)).toBeGreaterThan(MAX_DOCUMENT);
    const fitted = fitDocument(whole, MAX_DOCUMENT);
    expect(bytesOf(fitted)).toBeLessThan(MAX_DOCUMENT);
    expect(reread(fitted)).toMatchObject({ verdict: "graded", head: whole.head });
    const [before, after] = [whole, fitted].map(({ submissions }) => submissions[0]?.result);
    expect(after?.score).toBe(before?.score);
    expect(after?.checks.map(({ id, earned, diagnosis }) => [id, earned, diagnosis?.code, diagnosis?.place])).toEqual(
      before?.checks.map(({ id, earned, diagnosis }) => [id, earned, diagnosis?.code, diagnosis?.place]),
    );
  });

  it("loses the transcript before the log, and of a text its middle", () => {
    const whole = of(1);
    const result = (left: PullRequest) => left.submissions[0]?.result.checks[0]?.diagnosis;
    const less = result(fitDocument(whole, bytesOf(whole) - 1));
    expect(less).toMatchObject({ transcript: [], log: "l".repeat(9_000) });
    const least = result(fitDocument(whole, 8_000));
    expect(least?.found).toMatch(/^f+…f+$/);
    expect(least?.found.length).toBeLessThanOrEqual(2_048);
  });

  it("of more than can be told says that, and costs no points", () => {
    const fitted = fitDocument(of(4_000, sampleCheck), MAX_DOCUMENT);
    expect(reread(fitted)).toMatchObject({
      verdict: "fault",
      submissions: [],
      fault: {
        code: "DOCUMENT_TOO_LARGE",
        message: "the document of the pull request is too large to be handed on, even without details",
        hint: "Open a pull request for each lab. No points are lost.",
      },
    });
  });
});
