import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { validatorOf } from "./fixtures/validate.ts";

const { failed, refused, fault } = everyResult;
const validate = validatorOf("check50");

describe("the JSON of check50", () => {
  test("of a failure, and what it blocks", async () =>
    expect(await renderReport("check50", [failed])).toMatchInlineSnapshot(`
      "{
        "slug": "bridge-networks",
        "results": [
          {
            "name": "stack-settled",
            "description": "Every service starts and stays up",
            "passed": true,
            "log": [],
            "cause": null,
            "data": {
              "points": 5,
              "earned": 5,
              "outcome": "passed"
            },
            "dependency": null
          },
          {
            "name": "db-hidden",
            "description": "The proxy cannot reach the database",
            "passed": false,
            "log": [
              "proxy.resolve db: 172.20.0.3",
              "api.canReach db:5432: connected to 172.20.0.3:5432",
              "proxy.cannotReach db:5432: connected to 172.20.0.3:5432"
            ],
            "cause": {
              "rationale": "a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted",
              "help": "\`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.",
              "expected": "no connection: \`db\` shares no network with \`proxy\`",
              "actual": "a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted"
            },
            "data": {
              "points": 15,
              "earned": 0,
              "outcome": "failed"
            },
            "dependency": null
          },
          {
            "name": "data-survives",
            "description": "Data survives \`down\` and \`up\`",
            "passed": null,
            "log": [],
            "cause": {
              "rationale": "not tried: needs db-hidden, which failed"
            },
            "data": {
              "points": 10,
              "earned": 0,
              "outcome": "blocked"
            },
            "dependency": "db-hidden"
          }
        ],
        "version": "3.3.0"
      }
      "
    `));
  test("of a refusal, on which everything depends", async () =>
    expect(await renderReport("check50", [refused])).toMatchInlineSnapshot(`
      "{
        "slug": "bridge-networks",
        "results": [
          {
            "name": "policy",
            "description": "Nothing in the submission is refused",
            "passed": false,
            "log": [],
            "cause": {
              "rationale": "compose.yaml:4:5: \`db\` asks for \`privileged: true\`, which opens the host.",
              "help": "Remove the line."
            },
            "data": {},
            "dependency": null
          },
          {
            "name": "stack-settled",
            "description": "The behaviour stack-settled holds",
            "passed": null,
            "log": [],
            "cause": {
              "rationale": "not run"
            },
            "data": {
              "points": 10,
              "earned": 0,
              "outcome": "not-run"
            },
            "dependency": "policy"
          }
        ],
        "version": "3.3.0"
      }
      "
    `));
  test("of a fault: an error in place of results", async () =>
    expect(await renderReport("check50", [fault])).toMatchInlineSnapshot(`
      "{
        "slug": "bridge-networks",
        "error": {
          "type": "ENGINE_GONE",
          "value": "the engine does not answer any more. No points are lost: this is not your mistake.",
          "traceback": [],
          "data": {
            "results": [
              {
                "name": "stack-settled",
                "description": "Every service starts and stays up",
                "passed": true,
                "log": [],
                "cause": null,
                "data": {
                  "points": 5,
                  "earned": 5,
                  "outcome": "passed"
                },
                "dependency": null
              },
              {
                "name": "db-hidden",
                "description": "The behaviour db-hidden holds",
                "passed": null,
                "log": [],
                "cause": {
                  "rationale": "could not be decided: the probe did not answer within 30 s\\nNo points are lost: this is not your mistake."
                },
                "data": {
                  "points": 15,
                  "earned": 0,
                  "outcome": "fault"
                },
                "dependency": null
              }
            ]
          }
        },
        "version": "3.3.0"
      }
      "
    `));
});

test.each(Object.entries(everyResult))("is valid for a result that is %s", async (_, result) => {
  validate(JSON.parse(await renderReport("check50", [result])));
  expect(validate.errors).toBeNull();
});
