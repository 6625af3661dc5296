import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatPlace, type LabError } from "../src/errors-entry.ts";
import { PULL_REQUEST_SCHEMA } from "../src/pull-request.ts";
import { readDocumentFile, readResult, readResultOrPullRequest } from "../src/read-document.ts";
import { RESULT_SCHEMA, type Result } from "../src/result.ts";

const check = (id: string, change: object = {}): Result["checks"][number] => ({
  id,
  title: id,
  points: 10,
  earned: 10,
  outcome: "passed",
  attempts: [],
  ms: 1,
  hints: [],
  ...change,
});

const result = (change: object = {}) => ({
  schema: RESULT_SCHEMA,
  lab: { id: "demo", title: "Demo", version: "1", digest: "a" },
  submission: { digest: "b" },
  verdict: "graded",
  partial: false,
  score: 20,
  maxScore: 20,
  checks: [check("one"), check("two")],
  findings: [],
  environment: { grader: "0.1.0", node: "24.0.0", standIns: [] },
  seed: "5eed",
  startedAt: "2026-01-01T00:00:00.000Z",
  timings: {},
  ...change,
});

const pullRequest = (change: object = {}) => ({
  schema: PULL_REQUEST_SCHEMA,
  base: "0".repeat(40),
  head: "1".repeat(40),
  verdict: "graded",
  findings: [],
  submissions: [{ student: "ada", lab: "01-demo", folder: "submissions/ada/01-demo", result: result() }],
  ...change,
});

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    const { kind, code, message, place, hint } = error as LabError;
    expect({ kind, hint: typeof hint }).toEqual({ kind: "usage", hint: "string" });
    return `${code} ${place ? `${formatPlace(place)}: ` : ""}${message}`;
  }
  throw new Error("the document was read");
}

const refusalOf = (document: unknown) =>
  refusal(() => readResult(typeof document === "string" ? document : JSON.stringify(document), "r.json"));

describe("a document that is right", () => {
  it("is read, without keys that nobody knows", () => {
    expect(readResult(`\ufeff${JSON.stringify(result({ later: 1 }))}`, "r.json")).toEqual(result());
  });

  it("is told by its schema", () => {
    expect(readResultOrPullRequest(JSON.stringify(result()), "r.json")).toEqual({ kind: "result", result: result() });
    const read = readResultOrPullRequest(JSON.stringify(pullRequest()), "p.json");
    expect(read).toEqual({ kind: "pull-request", pullRequest: pullRequest() });
  });

  it("has a verdict without a score, or a check that earned nothing", () => {
    const lost = check("two", { outcome: "failed", earned: 0 });
    expect(readResult(JSON.stringify(result({ checks: [check("one"), lost], score: 10 })), "r").score).toBe(10);
    expect(readResult(JSON.stringify(result({ verdict: "fault", score: null })), "r").score).toBeNull();
  });
});

describe("a document that is wrong", () => {
  it.for<[string, unknown, string]>([
    ["is empty", " \n", "DOCUMENT_SYNTAX r.json: found an empty file, expected a JSON document"],
    [
      "is truncated",
      `{\n  "schema": "compose-labs/re`,
      "DOCUMENT_SYNTAX r.json:2:29: found the end of the text, expected the rest of a JSON document",
    ],
    ["is no JSON", "<html>", 'DOCUMENT_SYNTAX r.json:1:1: found "<", expected JSON'],
    ["is a list", "[]", "DOCUMENT_NOT_OBJECT r.json: found a list, expected a JSON object"],
    ["is a word", '"\\u001b[31m"', 'DOCUMENT_NOT_OBJECT r.json: found "\\u001b[31m", expected a JSON object'],
    [
      "has no schema",
      {},
      "DOCUMENT_SCHEMA_UNKNOWN r.json: found no key `schema`, expected compose-labs/result/v1 or compose-labs/pull-request/v1",
    ],
    [
      "has a foreign schema",
      { schema: `x\u202e${"y".repeat(90)}` },
      `DOCUMENT_SCHEMA_UNKNOWN r.json: found the schema "x\\u{202e}${"y".repeat(49)}…, expected compose-labs/result/v1 or compose-labs/pull-request/v1`,
    ],
    [
      "has an older schema",
      { schema: "compose-labs/result/v0" },
      'DOCUMENT_SCHEMA_UNKNOWN r.json: found the schema "compose-labs/result/v0", expected compose-labs/result/v1 or compose-labs/pull-request/v1',
    ],
    [
      "is of a newer grader",
      { schema: "compose-labs/result/v12" },
      'DOCUMENT_TOO_NEW r.json: found the schema "compose-labs/result/v12", expected compose-labs/result/v1 or compose-labs/pull-request/v1',
    ],
    [
      "is a pull request",
      pullRequest(),
      "DOCUMENT_SCHEMA_UNKNOWN r.json: found a pull-request document, expected a result document (compose-labs/result/v1)",
    ],
    ["lacks a key", result({ lab: undefined }), "DOCUMENT_INVALID r.json: lab: found nothing, expected a value"],
    [
      "has text for a number",
      result({ checks: [check("one"), check("two", { points: "##[error]10" })] }),
      'DOCUMENT_INVALID r.json: checks[1].points: found "# #[error]10", expected a number',
    ],
    ["has half a point", result({ score: 1.5 }), "DOCUMENT_INVALID r.json: score: found 1.5, expected a whole number"],
    [
      "has a negative score",
      result({ score: -1 }),
      "DOCUMENT_INVALID r.json: score: found -1, expected a number of at least 0",
    ],
    [
      "has an unknown verdict",
      result({ verdict: "perfect" }),
      'DOCUMENT_INVALID r.json: verdict: found "perfect", expected "graded", "refused", "fault" or "not-run"',
    ],
    ...["never", "2025-01-01T10:00+01"].map((startedAt): [string, object, string] => [
      `began at ${startedAt}`,
      result({ startedAt }),
      `DOCUMENT_INVALID r.json: startedAt: found "${startedAt}", expected a moment such as 2026-12-01T10:00:00.000Z`,
    ]),
    [
      "has a mapping for an argument",
      result({ findings: [{ code: "a", args: { b: {} }, place: { file: "c" }, severity: "note" }] }),
      "DOCUMENT_INVALID r.json: findings[0].args.b: found an object, expected text or a number",
    ],
    [
      "counts a score that its checks did not earn",
      result({ score: 19 }),
      "DOCUMENT_INCONSISTENT r.json: score: found 19, expected 20, the sum of what the checks earned",
    ],
    [
      "scores a fault",
      result({ verdict: "fault" }),
      "DOCUMENT_INCONSISTENT r.json: score: found 20, expected null, as the verdict is fault",
    ],
    [
      "scores more than there is",
      result({ checks: [check("one", { earned: 20 })], maxScore: 10 }),
      "DOCUMENT_INCONSISTENT r.json: checks[0].earned: found 20, expected at most 10",
    ],
    [
      "earns for a failed check",
      result({ checks: [check("one"), check("two", { outcome: "failed" })] }),
      "DOCUMENT_INCONSISTENT r.json: checks[1].earned: found 10, expected 0, as the check's outcome is failed",
    ],
    [
      "has another sum of points",
      result({ maxScore: 10, score: 10 }),
      "DOCUMENT_INCONSISTENT r.json: maxScore: found 10, expected 20, the sum of the checks' points",
    ],
    [
      "has a check twice",
      result({ checks: [check("one"), check("one")] }),
      "DOCUMENT_INCONSISTENT r.json: checks[1].id: found the id of an earlier check, expected an id of its own",
    ],
  ])("%s", ([_, document, message]) => {
    expect(refusalOf(document)).toBe(message);
  });

  it("is a pull request with a result that is forged", () => {
    const forged = pullRequest({
      submissions: [{ student: "eve", lab: "01-demo", folder: "s", result: result({ score: 21 }) }],
    });
    expect(refusal(() => readResultOrPullRequest(JSON.stringify(forged), "p.json"))).toBe(
      "DOCUMENT_INCONSISTENT p.json: submissions[0].result.score: found 21, expected 20, the sum of what the checks earned",
    );
  });

  it("is larger than the caller bears, counted in bytes", () => {
    const text = JSON.stringify(result({ seed: "ü".repeat(400) }));
    const size = Buffer.byteLength(text);
    expect(readResult(text, "r.json", { most: size }).seed).toHaveLength(400);
    expect(refusal(() => readResult(text, "r.json", { most: size - 1 }))).toBe(
      `DOCUMENT_TOO_LARGE r.json: found ${size.toLocaleString("en")} bytes, expected at most ${(size - 1).toLocaleString("en")}`,
    );
  });
});

describe("a document's file", () => {
  const asking = (read: Promise<string>) =>
    read.then(
      (text) => text,
      ({ code, message }: LabError) => `${code} ${message}`,
    );

  it("is read as the shell wrote it, or refused", async () => {
    const folder = await mkdtemp(join(tmpdir(), "read-document-test-"));
    try {
      const file = join(folder, "r.json");
      await writeFile(file, '{"ü": 1}');
      expect(await asking(readDocumentFile(file, "r.json"))).toBe('{"ü": 1}');
      expect(await asking(readDocumentFile(file, "r.json", { most: 8 }))).toBe(
        "DOCUMENT_TOO_LARGE r.json: found more than 8 bytes, expected at most 8",
      );
      await writeFile(file, '\ufeff{"ü": 1}', "utf16le");
      expect(await asking(readDocumentFile(file, "r.json"))).toBe('{"ü": 1}');
      expect(await asking(readDocumentFile(join(folder, "no.json"), "no.json"))).toBe(
        "DOCUMENT_UNREADABLE no.json: found nothing, expected a document that `grader check --json` wrote",
      );
      expect(await asking(readDocumentFile(folder, "dir"))).toBe(
        "DOCUMENT_UNREADABLE dir: found no file to be read (EISDIR), expected a document that `grader check --json` wrote",
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
