import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { sampleIdentity } from "./fixtures/identity.ts";
import { validatorOf } from "./fixtures/validate.ts";

const { failed, fault, refused, partial, notRun } = everyResult;
const validate = validatorOf("classroom50");
const render = (result: typeof failed, identity = sampleIdentity) =>
  renderReport("classroom50", [result], { identity });

describe("result.json of Classroom 50", () => {
  test("of a failure", async () =>
    expect(await render(failed)).toMatchInlineSnapshot(`
    "{
      "schema": "classroom50/result/v1",
      "classroom": "cs-principles",
      "assignment": "bridge-networks",
      "assignment_type": "individual",
      "owner": "ada",
      "submission": "submit/2026-06-01T14-32-05Z-a1b2c3d",
      "commit": "https://github.example/o/r/commit/a1b2c3d",
      "release": "https://github.example/o/r/releases/tag/submit%2F1",
      "review": "https://github.example/o/r/commit/a1b2c3d",
      "datetime": "2025-01-01T10:00:00Z",
      "graded_at": "2025-01-01T10:00:00Z",
      "score": 5,
      "max-score": 30,
      "tests": [
        {
          "test-name": "Every service starts and stays up",
          "passed": true,
          "score": 5,
          "max-score": 5,
          "id": "stack-settled",
          "outcome": "passed",
          "output": ""
        },
        {
          "test-name": "The proxy cannot reach the database",
          "passed": false,
          "score": 0,
          "max-score": 15,
          "id": "db-hidden",
          "outcome": "failed",
          "output": "found: a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted\\nexpected: no connection: \`db\` shares no network with \`proxy\`\\nat: compose.yaml:24:5\\nhelp: \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.\\nsee it: docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'\\nmore: docs/diagnoses/NET_NOT_ISOLATED.md"
        },
        {
          "test-name": "Data survives \`down\` and \`up\`",
          "passed": false,
          "score": 0,
          "max-score": 10,
          "id": "data-survives",
          "outcome": "blocked",
          "output": "not tried: needs db-hidden, which failed"
        }
      ]
    }
    "
  `));
  test("of a fault, as its own runner writes an error", async () =>
    expect(await render(fault)).toMatchInlineSnapshot(`
      "{
        "schema": "classroom50/result/v1",
        "classroom": "cs-principles",
        "assignment": "bridge-networks",
        "assignment_type": "individual",
        "owner": "ada",
        "submission": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "commit": "https://github.example/o/r/commit/a1b2c3d",
        "release": "https://github.example/o/r/releases/tag/submit%2F1",
        "review": "https://github.example/o/r/commit/a1b2c3d",
        "datetime": "2025-01-01T10:00:00Z",
        "graded_at": "2025-01-01T10:00:00Z",
        "score": 0,
        "max-score": 0,
        "tests": []
      }
      "
    `));
  test.each([partial, notRun])("of what has no mark: 0 of 0, no tests", async (result) => {
    expect(JSON.parse(await render(result))).toMatchObject({ score: 0, "max-score": 0, tests: [] });
  });
  test("of a refusal: 0 of the points", async () => {
    expect(JSON.parse(await render(refused))).toMatchObject({ score: 0, "max-score": refused.maxScore });
  });
  test("names who pushed, and the whole difference", async () => {
    const identity = { ...sampleIdentity, submittedBy: "grace", review: "https://github.example/compare" };
    const report: unknown = JSON.parse(await render(failed, identity));
    expect(report).toMatchObject({ submitted_by: { username: "grace" }, review: "https://github.example/compare" });
    validate(report);
    expect(validate.errors).toBeNull();
  });
});

test.each(Object.entries(everyResult))("is valid for a result that is %s", async (_, result) => {
  validate(JSON.parse(await render(result)));
  expect(validate.errors).toBeNull();
});

test("needs an identity", async () => {
  await expect(renderReport("classroom50", [failed])).rejects.toMatchObject({
    kind: "usage",
    code: "CLASSROOM50_IDENTITY",
  });
});
