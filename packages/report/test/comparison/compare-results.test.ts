import type { Result } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { compareResults, renderComparison } from "../../src/comparison/index.ts";
import { hostileResult, sampleCheck, sampleDiagnosis, sampleResult } from "../fixtures/sample-results.ts";

const told = (first: Result, second: Result) =>
  compareResults(first, second).differences.map(
    ({ kind, what, first: a, second: b }) => `${kind} ${what}: ${a} | ${b}`,
  );

const environment = (change: Partial<Result["environment"]>) =>
  sampleResult({ environment: { ...sampleResult().environment, ...change } });

describe("two results", () => {
  it("agree, whatever their times", () => {
    const later = sampleResult({ startedAt: "2026-02-02T00:00:00.000Z", timings: { total: 1 } });
    expect(compareResults(sampleResult(), later)).toEqual({ same: true, differences: [] });
    expect(renderComparison(compareResults(sampleResult(), later), ["a.json", "b.json"])).toBe(
      "a.json and b.json agree: the same verdict, score and outcomes.\n",
    );
  });

  it("differ in what came out: verdict, score, and the checks with their causes", () => {
    const failed = sampleResult({
      checks: [
        sampleCheck("stack-settled", { points: 5 }),
        sampleCheck("round-trip", { points: 15, outcome: "failed", diagnosis: sampleDiagnosis }),
        sampleCheck("db-hidden", { points: 15, outcome: "blocked", blockedBy: "round-trip" }),
      ],
    });
    expect(compareResults(sampleResult(), failed).same).toBe(false);
    expect(told(sampleResult(), failed)).toEqual([
      "outcome score: 35 of 35 | 5 of 35",
      "outcome check round-trip: passed | failed NET_NOT_ISOLATED",
      "outcome check db-hidden: passed | blocked by round-trip",
    ]);
    expect(renderComparison(compareResults(sampleResult(), failed), ["a.json", "b.json"])).toMatchInlineSnapshot(`
      "a.json and b.json differ.

      What came out
        score             35 of 35 -> 5 of 35
        check round-trip  passed -> failed NET_NOT_ISOLATED
        check db-hidden   passed -> blocked by round-trip

      Nothing that went in differs: the machine was slower, or the stack does not behave the same each time.
      Grade it again with the same seed, a few times.
      "
    `);
  });

  it("differ in another cause of the same failure, and in a check that one does not have", () => {
    const failing = (code: string) =>
      sampleResult({
        checks: [sampleCheck("one", { outcome: "failed", diagnosis: { ...sampleDiagnosis, code } })],
      });
    expect(told(failing("A"), failing("B"))).toEqual(["outcome check one: failed A | failed B"]);
    expect(told(failing("A"), sampleResult({ checks: [sampleCheck("two")] }))).toContain(
      "outcome check one: failed A | not there",
    );
  });

  it("differ in a fault, a refusal, or a run that never was", () => {
    const fault = sampleResult({ verdict: "fault", fault: { code: "ENGINE_GONE", message: "gone" } });
    const finding = { args: {}, place: { file: "compose.yaml" }, message: "", remedy: "" };
    const refused = sampleResult({
      verdict: "refused",
      findings: [
        { ...finding, code: "service.privileged", severity: "refuse" },
        { ...finding, code: "image.allowlist", severity: "refuse" },
        { ...finding, code: "dropped", severity: "note" },
      ],
    });
    expect(told(fault, refused)).toEqual([
      "outcome verdict: fault ENGINE_GONE | refused image.allowlist, service.privileged",
    ]);
    const why = (second: Result) => compareResults(sampleResult(), second).differences[0]?.why;
    expect([why(fault), why(sampleResult({ verdict: "not-run" })), why(refused)]).toEqual([
      "A fault is of the machine or the grader, never of the submission: grade that one again.",
      "One looked at the policy only and ran nothing.",
      "",
    ]);
  });

  it("of two labs have nothing else to compare", () => {
    const other = sampleResult({ lab: { id: "volumes", title: "V", version: "2", digest: "x" }, seed: "2" });
    expect(told(sampleResult(), other)).toEqual(["input lab: bridge-networks | volumes"]);
  });

  it.for<[string, Result, string]>([
    ["submission", sampleResult({ submission: { digest: "ef" } }), "submission: cd34 | ef"],
    [
      "lab",
      sampleResult({ lab: { ...sampleResult().lab, digest: "0".repeat(64) } }),
      "lab's checks: ab12 | 000000000000",
    ],
    [
      "edition",
      sampleResult({ hidden: { checks: 2, points: 9 } }),
      "hidden checks: run, if there are any | 2 left out",
    ],
    ["part", sampleResult({ partial: true }), "part: the whole | some checks, or interrupted"],
    ["seed", sampleResult({ seed: "1" }), "seed: k3j2h4g5 | 1"],
    ["grader", environment({ grader: "0.2.0" }), "grader: 0.1.0 | 0.2.0"],
    ["grader's code", environment({ graderDigest: "f".repeat(64) }), "grader: 0.1.0 | ffffffffffff"],
    ["engine", environment({ engine: "27.0.0" }), "engine: 26.1.5 | 27.0.0"],
    ["Compose", environment({ compose: "2.30.0" }), "compose: 2.26.1 | 2.30.0"],
    ["cgroup", environment({ cgroup: "2" }), "cgroup: not recorded | 2"],
    ["storage", environment({ storageDriver: "overlay2" }), "storage driver: not recorded | overlay2"],
    ["architecture", environment({ arch: "arm64" }), "architecture: not recorded | arm64"],
    ["system", environment({ os: "linux" }), "os: not recorded | linux"],
    ["Node", environment({ node: "25.0.0" }), "node: 24 | 25"],
    [
      "image",
      environment({ images: [{ name: "nginx:1.26", digest: "sha256:aaaaaaaaaaaabbbb" }] }),
      "image nginx:1.26: not recorded | aaaaaaaaaaaa",
    ],
  ])("differ in what went in: %s", ([_, second, line]) => {
    const comparison = compareResults(sampleResult(), second);
    expect(comparison.same).toBe(true);
    expect(told(sampleResult(), second)).toEqual([`input ${line}`]);
    expect(comparison.differences[0]?.why).toMatch(/\w\.$/);
    expect(renderComparison(comparison, ["a", "b"])).toContain(
      `\nWhat went in differed all the same\n  ${line.split(":")[0]}`,
    );
  });

  it("tell a moved tag from a stand-in", () => {
    const image = (digest: string, standIns: string[] = []) =>
      environment({ images: [{ name: "nginx:1.26", digest }], standIns });
    const why = (second: Result) => compareResults(image("1"), second).differences[0]?.why;
    expect(why(image("2"))).toContain("tag was moved");
    expect(why(image("2", ["nginx:1.26"]))).toContain("stand-in");
  });

  it("print nothing that a terminal or GitHub would obey", () => {
    const text = renderComparison(compareResults(sampleResult(), hostileResult()), ["a\u001b[2J", "::error::b"]);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^\s*::|##\[/m);
  });
});
