import type { Result } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { validatorOf } from "./fixtures/validate.ts";

const validate = validatorOf("ctrf");
const render = (...results: Result[]) => renderReport("ctrf", results);

describe("CTRF", () => {
  test("of a failure, and what it blocks", async () =>
    expect(await render(everyResult.failed)).toMatchInlineSnapshot(`
      "{
        "reportFormat": "CTRF",
        "specVersion": "0.1.0",
        "results": {
          "tool": {
            "name": "compose-labs",
            "version": "0.1.0"
          },
          "summary": {
            "tests": 3,
            "passed": 1,
            "failed": 1,
            "skipped": 1,
            "pending": 0,
            "other": 0,
            "start": 1735725600000,
            "stop": 1735725604210,
            "extra": {
              "results": [
                {
                  "lab": "bridge-networks",
                  "verdict": "graded",
                  "score": 5,
                  "maxScore": 30,
                  "partial": false,
                  "seed": "k3j2h4g5"
                }
              ]
            }
          },
          "tests": [
            {
              "name": "Every service starts and stays up",
              "status": "passed",
              "rawStatus": "passed",
              "duration": 12,
              "suite": [
                "bridge-networks"
              ],
              "extra": {
                "id": "stack-settled",
                "points": 5,
                "earned": 5
              }
            },
            {
              "name": "The proxy cannot reach the database",
              "status": "failed",
              "rawStatus": "failed",
              "duration": 12,
              "suite": [
                "bridge-networks"
              ],
              "message": "found: a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted\\nexpected: no connection: \`db\` shares no network with \`proxy\`\\nat: compose.yaml:24:5\\nhelp: \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.\\nsee it: docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'\\nmore: docs/diagnoses/NET_NOT_ISOLATED.md",
              "filePath": "compose.yaml",
              "line": 24,
              "extra": {
                "id": "db-hidden",
                "points": 15,
                "earned": 0,
                "diagnosis": "NET_NOT_ISOLATED"
              }
            },
            {
              "name": "Data survives \`down\` and \`up\`",
              "status": "skipped",
              "rawStatus": "blocked",
              "duration": 0,
              "suite": [
                "bridge-networks"
              ],
              "message": "not tried: needs db-hidden, which failed",
              "extra": {
                "id": "data-survives",
                "points": 10,
                "earned": 0
              }
            }
          ]
        }
      }
      "
    `));
  test("of a refusal and a fault, which is other and never failed", async () =>
    expect(await render(everyResult.refused, everyResult.fault)).toMatchInlineSnapshot(`
      "{
        "reportFormat": "CTRF",
        "specVersion": "0.1.0",
        "results": {
          "tool": {
            "name": "compose-labs",
            "version": "0.1.0"
          },
          "summary": {
            "tests": 5,
            "passed": 1,
            "failed": 1,
            "skipped": 0,
            "pending": 1,
            "other": 2,
            "start": 1735725600000,
            "stop": 1735725604210,
            "extra": {
              "results": [
                {
                  "lab": "bridge-networks",
                  "verdict": "refused",
                  "maxScore": 10,
                  "partial": false,
                  "seed": "k3j2h4g5"
                },
                {
                  "lab": "bridge-networks",
                  "verdict": "fault",
                  "maxScore": 20,
                  "partial": false,
                  "seed": "k3j2h4g5"
                }
              ]
            }
          },
          "tests": [
            {
              "name": "service.privileged",
              "status": "failed",
              "rawStatus": "refused",
              "duration": 0,
              "suite": [
                "bridge-networks",
                "policy"
              ],
              "message": "\`db\` asks for \`privileged: true\`, which opens the host.\\nchange: Remove the line.",
              "filePath": "compose.yaml",
              "line": 4,
              "extra": {}
            },
            {
              "name": "The behaviour stack-settled holds",
              "status": "pending",
              "rawStatus": "not-run",
              "duration": 0,
              "suite": [
                "bridge-networks"
              ],
              "message": "not run",
              "extra": {
                "id": "stack-settled",
                "points": 10,
                "earned": 0
              }
            },
            {
              "name": "ENGINE_GONE",
              "status": "other",
              "rawStatus": "fault",
              "duration": 0,
              "suite": [
                "bridge-networks",
                "run"
              ],
              "message": "the engine does not answer any more\\nNo points are lost: this is not your mistake.",
              "extra": {}
            },
            {
              "name": "Every service starts and stays up",
              "status": "passed",
              "rawStatus": "passed",
              "duration": 12,
              "suite": [
                "bridge-networks"
              ],
              "extra": {
                "id": "stack-settled",
                "points": 5,
                "earned": 5
              }
            },
            {
              "name": "The behaviour db-hidden holds",
              "status": "other",
              "rawStatus": "fault",
              "duration": 60000,
              "suite": [
                "bridge-networks"
              ],
              "message": "could not be decided: the probe did not answer within 30 s\\nNo points are lost: this is not your mistake.",
              "extra": {
                "id": "db-hidden",
                "points": 15,
                "earned": 0
              }
            }
          ]
        }
      }
      "
    `));
});

test.each(Object.entries(everyResult))("is valid for a result that is %s", async (_, result) => {
  validate(JSON.parse(await render(result, result)));
  expect(validate.errors).toBeNull();
});

test("is valid without results", async () => {
  const report: unknown = JSON.parse(await render());
  validate(report);
  expect(validate.errors).toBeNull();
  expect(report).toMatchObject({ results: { summary: { start: 0, stop: 0 } } });
});
