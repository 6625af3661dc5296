import type { CheckOutcome, Result } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { exitCodeOf } from "../src/verdict.ts";

function result(verdict: Result["verdict"], ...outcomes: CheckOutcome[]): Result {
  const check = { id: "c", title: "C", points: 1, earned: 0, attempts: [], ms: 0, hints: [] };
  return {
    schema: "compose-labs/result/v1",
    lab: { id: "demo", title: "Demo", version: "1.0.0", digest: "" },
    submission: { digest: "" },
    verdict,
    partial: false,
    score: null,
    maxScore: 1,
    checks: outcomes.map((outcome) => ({ ...check, outcome })),
    findings: [],
    environment: { grader: "0.1.0", node: "24.0.0", standIns: [] },
    seed: "00",
    startedAt: "2026-01-01T00:00:00.000Z",
    timings: {},
  };
}

it.for([
  ["graded", ["passed", "passed"], 0],
  ["graded", ["passed", "not-run"], 0],
  ["graded", ["passed", "failed"], 1],
  ["graded", ["failed", "blocked"], 1],
  ["refused", ["not-run"], 1],
  ["fault", ["passed", "fault"], 3],
  ["fault", ["not-run"], 3],
] as const)("a run that is %s with %o exits with %i", ([verdict, outcomes, code]) => {
  expect(exitCodeOf(result(verdict, ...outcomes))).toBe(code);
});
