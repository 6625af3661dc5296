import type { Result } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import type { HostileCase } from "../cases-file.ts";
import { judge, type Observation } from "../judge.ts";

const base: Result = {
  schema: "compose-labs/result/v1",
  lab: { id: "hello", title: "Hello", version: "1.0.0", digest: "0" },
  submission: { digest: "0" },
  verdict: "graded",
  partial: false,
  score: 10,
  maxScore: 10,
  checks: [],
  findings: [],
  environment: { grader: "0", node: "24", standIns: [] },
  seed: "0",
  startedAt: "2026-01-01T00:00:00Z",
  timings: {},
};
const refused = (code: string, line?: number): Result => ({
  ...base,
  verdict: "refused",
  score: null,
  findings: [
    {
      code,
      args: {},
      place: line === undefined ? { file: "compose.yaml" } : { file: "compose.yaml", line, column: 5 },
      severity: "refuse",
      message: "m",
      remedy: "r",
    },
  ],
});
const failed = (found?: string): Result => ({
  ...base,
  score: 0,
  checks: [
    {
      ...{ id: "a", title: "A", points: 10, earned: 0, outcome: "failed", attempts: [], ms: 1, hints: [] },
      ...(found === undefined ? {} : { diagnosis: { code: "X", found, expected: "e", transcript: [] } }),
    },
  ],
});

const entry = (change: Partial<HostileCase>): HostileCase => ({
  ...{ name: "n", why: "w", expect: "refused", rule: "service.pid", make: [], notes: [] },
  ...change,
});

function problems(change: Partial<HostileCase>, seen: Partial<Observation>): string[] {
  const observation: Observation = {
    ...{ exitCode: 1, result: undefined, stdout: "", stderr: "", seconds: 0.3 },
    ...{ created: [], leaked: [], leftovers: [], changed: [], ...seen },
  };
  return judge(entry(change), observation).problems;
}

describe("what is held against a case", () => {
  const at = "compose.yaml:6";
  test.each<[string, Partial<HostileCase>, Partial<Observation>, string[]]>([
    ["the right finding", { at }, { result: refused("service.pid", 6) }, []],
    ["the right column", { at: `${at}:5` }, { result: refused("service.pid", 6) }, []],
    ["a file alone", { at: "compose.yaml" }, { result: refused("service.pid", 6) }, []],
    [
      "another line",
      { at },
      { result: refused("service.pid", 60) },
      ["expected service.pid at compose.yaml:6, got service.pid at compose.yaml:60:5"],
    ],
    [
      "another finding",
      { at },
      { result: refused("service.ipc", 6) },
      ["expected the finding service.pid, got service.ipc at compose.yaml:6:5"],
    ],
    [
      "something made",
      {},
      { result: refused("service.pid"), created: ["POST /networks/create"] },
      ["made something all the same: POST /networks/create"],
    ],
    [
      "a refusal that takes long",
      {},
      { result: refused("service.pid"), seconds: 2.5 },
      ["took 2.5 s, expected at most 2 s"],
    ],
    [
      "full marks",
      {},
      { result: base },
      ["expected refused, got ok", "a verdict ok ended with exit code 1, expected 0"],
    ],
    ["a failure that is explained", { expect: "bounded" }, { result: failed("nothing there") }, []],
    ["a failure that is not", { expect: "bounded" }, { result: failed() }, ["no failed check says what was found"]],
    [
      "a fault",
      { expect: "bounded" },
      { exitCode: 3, result: { ...base, verdict: "fault", score: null, fault: { code: "F", message: "m" } } },
      ["expected bounded, got the fault F: m"],
    ],
    [
      "no result",
      { expect: "ok" },
      { exitCode: null, stderr: "a\nb\n" },
      ["expected ok, got exit code null without a result: a b"],
    ],
    [
      "a note that is missing",
      { expect: "ok", notes: ["ports.publish"] },
      { exitCode: 0, result: base },
      ["expected the note ports.publish"],
    ],
    [
      "what came out, changed and stayed",
      { expect: "ok" },
      {
        ...{ exitCode: 0, result: base, leaked: ["secret"], changed: ["x was made"], leftovers: ["network y"] },
        ...{ stdout: "\u001b[2J", stderr: "  ::error::x" },
      },
      [
        "the output has control characters in it",
        "the output has a line that a workflow takes for a command",
        "the canary secret came out",
        "x was made",
        "left behind: network y",
      ],
    ],
  ])("%s", (_title, change, seen, expected) => {
    expect(problems(change, seen)).toEqual(expected);
  });
});
