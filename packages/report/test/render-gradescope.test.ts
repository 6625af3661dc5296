import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { validatorOf } from "./fixtures/validate.ts";

const { failed, refused, fault, partial, notRun, hidden } = everyResult;
const validate = validatorOf("gradescope");

describe("results.json of Gradescope", () => {
  test("of a failure", async () =>
    expect(await renderReport("gradescope", [failed])).toMatchInlineSnapshot(`
    "{
      "score": 5,
      "output": "5 of 30 points in 4.2 s\\nnote: compose.yaml:6:5: Ports are opened on the loopback address only while grading.\\nchange: Nothing has to be changed. (ports.published)\\n1 passed, 1 failed, 1 blocked\\npostgres:17 is a stand-in made from Debian packages, not the published image\\nrepeat it: grader check bridge-networks --seed k3j2h4g5",
      "output_format": "text",
      "visibility": "visible",
      "extra_data": {
        "lab": "bridge-networks",
        "verdict": "graded",
        "partial": false,
        "seed": "k3j2h4g5",
        "maxScore": 30,
        "outcomes": {
          "passed": 1,
          "failed": 1,
          "blocked": 1,
          "fault": 0,
          "not-run": 0
        }
      },
      "execution_time": 4,
      "tests": [
        {
          "name": "Every service starts and stays up",
          "name_format": "text",
          "score": 5,
          "max_score": 5,
          "status": "passed",
          "output": "",
          "output_format": "text",
          "visibility": "visible",
          "extra_data": {
            "id": "stack-settled",
            "outcome": "passed"
          }
        },
        {
          "name": "The proxy cannot reach the database",
          "name_format": "text",
          "score": 0,
          "max_score": 15,
          "status": "failed",
          "output": "found: a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted\\nexpected: no connection: \`db\` shares no network with \`proxy\`\\nat: compose.yaml:24:5\\nhelp: \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.\\nsee it: docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'\\nmore: docs/diagnoses/NET_NOT_ISOLATED.md",
          "output_format": "text",
          "visibility": "visible",
          "extra_data": {
            "id": "db-hidden",
            "outcome": "failed"
          }
        },
        {
          "name": "Data survives \`down\` and \`up\`",
          "name_format": "text",
          "score": 0,
          "max_score": 10,
          "status": "failed",
          "output": "not tried: needs db-hidden, which failed",
          "output_format": "text",
          "visibility": "visible",
          "extra_data": {
            "id": "data-survives",
            "outcome": "blocked"
          }
        }
      ]
    }
    "
  `));
  test("of a refusal, which earned nothing", async () =>
    expect(await renderReport("gradescope", [refused])).toMatchInlineSnapshot(`
      "{
        "score": 0,
        "output": "Refused in 130 ms, nothing was started: 1 place to change\\nrefused: compose.yaml:4:5: \`db\` asks for \`privileged: true\`, which opens the host.\\nchange: Remove the line. (service.privileged)",
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {
          "lab": "bridge-networks",
          "verdict": "refused",
          "partial": false,
          "seed": "k3j2h4g5",
          "maxScore": 10,
          "outcomes": {
            "passed": 0,
            "failed": 0,
            "blocked": 0,
            "fault": 0,
            "not-run": 1
          }
        },
        "execution_time": 0,
        "tests": [
          {
            "name": "The behaviour stack-settled holds",
            "name_format": "text",
            "score": 0,
            "max_score": 10,
            "status": "failed",
            "output": "not run",
            "output_format": "text",
            "visibility": "visible",
            "extra_data": {
              "id": "stack-settled",
              "outcome": "not-run"
            }
          }
        ]
      }
      "
    `));
  test("of a fault: no score at all", async () =>
    expect(await renderReport("gradescope", [fault])).toMatchInlineSnapshot(`
      "{
        "output": "No score, and no points lost: the run could not be finished\\nno mark: the engine does not answer any more. No points are lost: this is not your mistake.\\nStart it, and grade again.\\n1 passed, 1 undecided\\nrepeat it: grader check bridge-networks --seed k3j2h4g5",
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {
          "lab": "bridge-networks",
          "verdict": "fault",
          "partial": false,
          "seed": "k3j2h4g5",
          "maxScore": 20,
          "outcomes": {
            "passed": 1,
            "failed": 0,
            "blocked": 0,
            "fault": 1,
            "not-run": 0
          }
        },
        "execution_time": 4
      }
      "
    `));
  test.each([
    ["part", partial, "no mark: Only a part was checked, or the run was interrupted"],
    ["policy-only run", notRun, "no mark: Only the policy was asked"],
  ])("of a %s: no score", async (_, result, said) => {
    const report: Record<string, unknown> = JSON.parse(await renderReport("gradescope", [result]));
    expect(report).not.toHaveProperty("score");
    expect(report).not.toHaveProperty("tests");
    expect(report["output"]).toContain(said);
  });
  test("of a student edition says what it cannot know", async () =>
    expect(await renderReport("gradescope", [hidden])).toContain("2 of 5 checks (12 points) run only on submission."));
});

test.each(Object.entries(everyResult))("is valid for a result that is %s", async (_, result) => {
  validate(JSON.parse(await renderReport("gradescope", [result])));
  expect(validate.errors).toBeNull();
});
