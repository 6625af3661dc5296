import { type Finding, faultError, usageError } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { sampleCheck, sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { judgeMutant, judgeThrown } from "../../src/mutation/judge-mutant.ts";

it("is killed by a check that fails, and not by one that is blocked", () => {
  const checks = [sampleCheck("a", { outcome: "failed" }), sampleCheck("b", { outcome: "blocked", blockedBy: "a" })];
  expect(judgeMutant(sampleResult({ checks }))).toEqual({ status: "killed", killedBy: ["a"], codes: [] });
});

it("survives with full marks", () => {
  expect(judgeMutant(sampleResult({ checks: [sampleCheck("a")] })).status).toBe("survived");
});

it("is refused by a finding, each code once, or for a file without which nothing is graded", () => {
  const finding: Finding = {
    code: "image.allowlist",
    severity: "refuse",
    args: {},
    place: { file: "compose.yaml" },
    message: "",
    remedy: "",
  };
  const note: Finding = { ...finding, code: "ports.dropped", severity: "note" };
  const refused = sampleResult({ verdict: "refused", findings: [finding, finding, note] });
  expect(judgeMutant(refused)).toEqual({ status: "refused", killedBy: [], codes: ["image.allowlist"] });
  expect(judgeThrown(usageError("SUBMISSION_FILE_MISSING", "found no Dockerfile")).codes).toEqual([
    "SUBMISSION_FILE_MISSING",
  ]);
});

it("has no verdict after a fault, of the run or of a check", () => {
  const fault = { code: "ENGINE_GONE", message: "the engine went away" };
  expect(judgeMutant(sampleResult({ verdict: "fault", fault }))).toEqual({
    status: "fault",
    killedBy: [],
    codes: ["ENGINE_GONE"],
    problem: "the engine went away",
  });
  const faulty = sampleCheck("a", { outcome: "fault", attempts: [{ outcome: "fault", ms: 1, error: "too late" }] });
  expect(judgeMutant(sampleResult({ verdict: "fault", checks: [faulty] })).problem).toBe("a: too late");
});

it("lets everything else through", () => {
  for (const thrown of [usageError("CHECKS_BROKEN", "no"), faultError("DISK_FULL", "full"), new Error("own")]) {
    expect(() => judgeThrown(thrown)).toThrow(thrown);
  }
});
