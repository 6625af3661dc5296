import type { Result } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { validatorOf } from "./fixtures/validate.ts";

const { passed, failed, refused, fault, partial } = everyResult;
const validate = validatorOf("github-classroom");

async function decode(result: Result): Promise<{ status: string; max_score: number; tests: { score: number }[] }> {
  const text = await renderReport("github-classroom", [result]);
  expect(text).toMatch(/^[A-Za-z0-9+/]+=*\n$/);
  return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
}

describe("what GitHub Classroom's reporter takes", () => {
  test("of a failure", async () =>
    expect(await decode(failed)).toMatchInlineSnapshot(`
    {
      "max_score": 30,
      "status": "fail",
      "tests": [
        {
          "duration": 12,
          "filename": "",
          "line_no": 0,
          "message": null,
          "name": "Every service starts and stays up",
          "score": 5,
          "status": "pass",
          "test_code": "",
        },
        {
          "duration": 12,
          "filename": "compose.yaml",
          "line_no": 24,
          "message": "found: a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted
    expected: no connection: \`db\` shares no network with \`proxy\`
    at: compose.yaml:24:5
    help: \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.
    see it: docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'
    more: docs/diagnoses/NET_NOT_ISOLATED.md",
          "name": "The proxy cannot reach the database",
          "score": 0,
          "status": "fail",
          "test_code": "",
        },
        {
          "duration": 0,
          "filename": "",
          "line_no": 0,
          "message": "not tried: needs db-hidden, which failed",
          "name": "Data survives \`down\` and \`up\`",
          "score": 0,
          "status": "fail",
          "test_code": "",
        },
      ],
      "version": 1,
    }
  `));
  test("of a fault: an error with nothing to be reached", async () =>
    expect(await decode(fault)).toMatchInlineSnapshot(`
      {
        "max_score": 0,
        "status": "error",
        "tests": [
          {
            "duration": 0,
            "filename": "",
            "line_no": 0,
            "message": "No score, and no points lost: the run could not be finished
      no mark: the engine does not answer any more. No points are lost: this is not your mistake.
      Start it, and grade again.
      1 passed, 1 undecided
      repeat it: grader check bridge-networks --seed k3j2h4g5",
            "name": "Bridge networks",
            "score": 0,
            "status": "error",
            "test_code": "",
          },
        ],
        "version": 1,
      }
    `));
  test.each([
    [passed, "pass", 35],
    [refused, "fail", 10],
    [partial, "error", 0],
  ])("of others", async (result, status, max_score) => {
    expect(await decode(result)).toMatchObject({ status, max_score });
  });
});

test.each(Object.entries(everyResult))("is valid for a result that is %s", async (_, result) => {
  validate(await decode(result));
  expect(validate.errors).toBeNull();
});
