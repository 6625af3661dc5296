import type { Result } from "./result.ts";

/** Where a result contradicts itself. */
export interface Inconsistency {
  path: PropertyKey[];
  found: string;
  expected: string;
}

/**
 * The first contradiction in a result that its schema allows: points beyond a check's own, a score that is not the sum
 * of what was earned, or one where none may be. Undefined for everything that the grader writes.
 */
export function findInconsistency(result: Result): Inconsistency | undefined {
  const seen = new Set<string>();
  for (const [index, { id, points, earned, outcome }] of result.checks.entries()) {
    const path = ["checks", index];
    if (seen.has(id))
      return { path: [...path, "id"], found: "the id of an earlier check", expected: "an id of its own" };
    seen.add(id);
    if (earned > points) return { path: [...path, "earned"], found: `${earned}`, expected: `at most ${points}` };
    if (earned > 0 && outcome !== "passed") {
      return { path: [...path, "earned"], found: `${earned}`, expected: `0, as the check's outcome is ${outcome}` };
    }
  }
  const points = result.checks.reduce((sum, check) => sum + check.points, 0);
  if (result.maxScore !== points) {
    return { path: ["maxScore"], found: `${result.maxScore}`, expected: `${points}, the sum of the checks' points` };
  }
  const earned = result.checks.reduce((sum, check) => sum + check.earned, 0);
  const score = result.verdict === "graded" ? earned : null;
  if (result.score !== score) {
    const why = score === null ? `as the verdict is ${result.verdict}` : "the sum of what the checks earned";
    return { path: ["score"], found: `${result.score}`, expected: `${score}, ${why}` };
  }
  return undefined;
}
