import { type CheckOutcome, defineChecks, type Result } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import type { Case } from "../src/proof/cases.ts";
import { CONDITIONS } from "../src/proof/conditions.ts";
import { flakesOf, judge, unkilledChecks, worstOf } from "../src/proof/judge.ts";

const { checks } = defineChecks(({ check }) => {
  const a = check("a", { title: "A", points: 5 }, () => {});
  const b = check("b", { title: "B", points: 3, needs: [a] }, () => {});
  check("c", { title: "C", points: 2, needs: [b] }, () => {});
});

function result(outcomes: Record<string, CheckOutcome>, change: Partial<Result> = {}): Result {
  const blockers: Record<string, string> = { b: "a", c: "b" };
  const entries = checks.map(({ id, title, points }) => {
    const outcome = outcomes[id] ?? "passed";
    const blocked = outcome === "blocked" ? { blockedBy: blockers[id] ?? "a" } : {};
    const diagnosis =
      outcome === "failed" ? { diagnosis: { code: "X", found: "f", expected: "e", transcript: [] } } : {};
    return {
      id,
      title,
      points,
      earned: outcome === "passed" ? points : 0,
      outcome,
      attempts: [],
      ms: 0,
      hints: [],
      ...blocked,
      ...diagnosis,
    };
  });
  return {
    schema: "compose-labs/result/v1",
    lab: { id: "l", title: "L", version: "1.0.0", digest: "" },
    submission: { digest: "" },
    verdict: "graded",
    partial: false,
    score: entries.reduce((sum, entry) => sum + entry.earned, 0),
    maxScore: 10,
    checks: entries,
    findings: [],
    environment: { grader: "0", node: "24", standIns: [] },
    seed: "0",
    startedAt: "2026-01-01T00:00:00.000Z",
    timings: {},
    ...change,
  };
}

const entry = (change: Partial<Case>): Case => ({
  kind: "mutant",
  name: "m",
  kills: undefined,
  refused: undefined,
  tree: "",
  overlay: undefined,
  removes: [],
  ...change,
});
const problem = (change: Partial<Case>, graded: Result) => judge(entry(change), graded, 1).problem;

const refusal = (...codes: string[]): Partial<Result> => ({
  verdict: "refused",
  score: null,
  findings: codes.map((code) => ({
    code,
    args: {},
    place: { file: "compose.yaml" },
    severity: "refuse",
    message: "no",
    remedy: "do",
  })),
});

describe("judge", () => {
  it("wants full marks of right solutions", () => {
    const right: Partial<Case> = { kind: "alternative", kills: [] };
    expect(problem(right, result({}))).toBeUndefined();
    expect(problem(right, result({ c: "failed" }))).toBe("c came out failed (X: f), expected it to pass");
    expect(problem(right, result({ a: "failed", b: "blocked", c: "blocked" }))).toBe(
      "a came out failed (X: f), expected it to pass; b came out blocked, expected it to pass; c came out blocked, expected it to pass",
    );
    expect(problem(right, result({}, refusal("yaml.syntax")))).toBe(
      "was refused (yaml.syntax), expected it to run: no",
    );
  });

  it("wants a mutant to fail exactly what it kills, and lets that block others through any chain", () => {
    expect(problem({ kills: ["a"] }, result({ a: "failed", b: "blocked", c: "blocked" }))).toBeUndefined();
    expect(problem({ kills: ["c"] }, result({}))).toBe("c came out passed, expected it to fail");
    expect(problem({ kills: ["c"] }, result({ a: "failed", b: "blocked", c: "blocked" }))).toBe(
      "c came out blocked, expected it to fail; a came out failed (X: f), expected it to pass; b came out blocked, expected it to pass",
    );
  });

  it("lets a mutant fail elsewhere too on a worse machine, but not pass", () => {
    const condition = { name: "late-dependencies", adversity: { lateDependencies: 2 }, copies: 1 };
    const adverse = { kills: ["b"], condition };
    expect(problem(adverse, result({ b: "failed", c: "blocked" }))).toBeUndefined();
    expect(problem(adverse, result({ a: "failed", b: "blocked", c: "blocked" }))).toBeUndefined();
    expect(problem(adverse, result({ b: "failed", c: "failed" }))).toBeUndefined();
    expect(problem(adverse, result({ c: "failed" }))).toBe("b came out passed, expected it to fail");
    expect(problem({ kind: "alternative", kills: [], condition }, result({ c: "failed" }))).toBe(
      "c came out failed (X: f), expected it to pass",
    );
    expect(judge(entry({ kills: ["b"], condition }), result({ b: "failed" }), 1).condition).toBe("late-dependencies");
  });

  it("wants work to be left in the starter, by whatever verdict", () => {
    const starter: Partial<Case> = { kind: "starter", kills: undefined };
    expect(problem(starter, result({}))).toBe("got full marks, expected work to be left for the student");
    expect(problem(starter, result({ c: "failed" }))).toBeUndefined();
    expect(problem(starter, result({}, refusal("schema.missing")))).toBeUndefined();
  });

  it("wants a mutant that is to be refused to be refused for that reason and no other", () => {
    const forbidden = { refused: ["service.privileged"] };
    expect(problem(forbidden, result({}, refusal("service.privileged")))).toBeUndefined();
    expect(problem(forbidden, result({}))).toBe("was not refused with service.privileged; found no refusal");
    expect(problem(forbidden, result({}, refusal("service.privileged", "service.pid")))).toBe(
      "was refused with service.pid too, expected only service.privileged",
    );
  });

  it("never takes a fault for an outcome, not even where a failure was expected", () => {
    const fault: Partial<Result> = {
      verdict: "fault",
      score: null,
      fault: { code: "ENGINE_GONE", message: "the engine went away" },
    };
    expect(problem({ kills: ["a"] }, result({ a: "fault" }, fault))).toBe(
      "ended in a fault, expected a verdict: check a: the engine went away",
    );
    expect(problem({ kind: "starter" }, result({}, fault))).toBe(
      "ended in a fault, expected a verdict: the engine went away",
    );
  });
});

describe("unkilledChecks", () => {
  it("names the checks that no mutant kills; what is merely blocked does not count", () => {
    const killed = judge(entry({ kills: ["a"] }), result({ a: "failed", b: "blocked", c: "blocked" }), 1);
    expect(unkilledChecks({ checks }, [killed])).toEqual(["b", "c"]);
  });
});

describe("worstOf", () => {
  const graded = (ms: number, outcomes: Record<string, CheckOutcome>) =>
    judge(entry({ kills: [] }), result(outcomes), ms);

  it("is the first grading that came out otherwise, with the time of the slowest", () => {
    expect(worstOf([graded(1, {}), graded(9, {})])).toMatchObject({ ok: true, ms: 9 });
    expect(worstOf([graded(9, {}), graded(1, { c: "failed" })])).toMatchObject({
      ok: false,
      ms: 9,
      outcomes: { a: "passed", c: "failed" },
    });
    expect(() => worstOf([])).toThrow("a case must be graded at least once");
  });

  it("tells what else was wrong another time, each once, three at most", () => {
    const times = [{}, { c: "failed" }, { b: "failed" }, { c: "failed" }, { a: "failed" }, { a: "fault" }] as const;
    expect(worstOf(times.map((outcomes) => graded(1, outcomes))).problem).toBe(
      [
        "c came out failed (X: f), expected it to pass",
        "b came out failed (X: f), expected it to pass",
        "a came out failed (X: f), expected it to pass",
      ].join("; another time: "),
    );
  });
});

describe("flakesOf", () => {
  const flakes = (change: Partial<Case>, ...outcomes: Record<string, CheckOutcome>[]) =>
    flakesOf(
      entry(change),
      outcomes.map((each) => judge(entry(change), result(each), 1)),
    );
  const worse = CONDITIONS.slice(0, 1).map((condition): Partial<Case> => ({ condition }))[0] ?? {};

  it("names each check whose outcome differs between gradings of one case", () => {
    const twice = [{ a: "failed" }, { a: "blocked", b: "failed" }] satisfies Record<string, CheckOutcome>[];
    expect(flakes({ kills: ["a"] }, ...twice).map(({ check, outcomes }) => [check, ...outcomes])).toEqual([
      ["a", "failed", "blocked"],
      ["b", "passed", "failed"],
    ]);
    expect(flakes({ kills: ["a"] }, { a: "failed" }, { a: "failed" })).toEqual([]);
  });

  it("leaves a mutant on a worse machine what it may fail elsewhere, but not what it kills", () => {
    expect(flakes({ kills: ["b"], ...worse }, { b: "failed" }, { a: "failed", b: "blocked" })).toEqual([]);
    expect(flakes({ kills: ["b"], ...worse }, { b: "failed" }, { b: "passed" })).toMatchObject([{ check: "b" }]);
  });

  it("lets a right solution on a worse machine flip nowhere", () => {
    expect(flakes({ kind: "reference", kills: [], ...worse }, {}, { c: "failed" })).toMatchObject([{ check: "c" }]);
  });
});
