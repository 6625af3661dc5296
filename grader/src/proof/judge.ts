import type { CheckOutcome, Result, Rubric } from "@compose-labs/lab";
import { mayFailElsewhere, type ProofCase, type ProofFlake } from "@compose-labs/report";
import { type Case, titleOf } from "./cases.ts";

/** Holds one grading against what the author says of it. */
export function judge(entry: Case, result: Result, ms: number): ProofCase {
  const problem = problemOf(entry, result);
  return {
    kind: entry.kind,
    name: entry.name,
    ...(entry.condition === undefined ? {} : { condition: entry.condition.name }),
    kills: entry.kills ?? [],
    ...(entry.refused === undefined ? {} : { refused: entry.refused }),
    verdict: result.verdict,
    outcomes:
      result.verdict === "refused" ? {} : Object.fromEntries(result.checks.map((check) => [check.id, check.outcome])),
    ok: problem === undefined,
    ms,
    ...(problem === undefined ? {} : { problem }),
  };
}

function problemOf(entry: Case, result: Result): string | undefined {
  if (result.verdict === "fault") {
    const faulty = result.checks.find((check) => check.outcome === "fault");
    const where = faulty ? `check ${faulty.id}: ` : "";
    return `ended in a fault, expected a verdict: ${where}${result.fault?.message ?? faulty?.attempts.at(-1)?.error ?? "unknown"}`;
  }
  const codes = result.findings.filter((finding) => finding.severity === "refuse").map((finding) => finding.code);
  if (entry.refused !== undefined) return refusalProblem(entry.refused, codes);
  if (result.verdict === "refused") {
    // A starter with nothing in it may well be refused: it earns nothing either way.
    if (entry.kind === "starter") return undefined;
    const first = result.findings.find((finding) => finding.severity === "refuse");
    return `was refused (${codes.join(", ")}), expected it to run: ${first?.message ?? ""}`;
  }
  if (entry.kills === undefined) {
    return result.score === result.maxScore ? "got full marks, expected work to be left for the student" : undefined;
  }
  return killProblem(entry.kills, result, mayFailElsewhere(entry));
}

function refusalProblem(expected: string[], found: string[]): string | undefined {
  const missing = expected.filter((code) => !found.includes(code));
  const extra = found.filter((code) => !expected.includes(code));
  if (missing.length > 0)
    return `was not refused with ${missing.join(", ")}; found ${found.join(", ") || "no refusal"}`;
  return extra.length > 0
    ? `was refused with ${extra.join(", ")} too, expected only ${expected.join(", ")}`
    : undefined;
}

function killProblem(kills: string[], result: Result, elsewhere: boolean): string | undefined {
  const outcomes = new Map<string, { outcome: CheckOutcome; blockedBy: string | undefined; why: string }>(
    result.checks.map((check) => [
      check.id,
      {
        outcome: check.outcome,
        blockedBy: check.blockedBy,
        why: check.diagnosis ? ` (${check.diagnosis.code}: ${check.diagnosis.found})` : "",
      },
    ]),
  );
  const problems: string[] = [];
  for (const id of kills) {
    const { outcome, blockedBy } = outcomes.get(id) ?? {};
    if (elsewhere && outcome === "blocked" && blockedBy !== undefined) continue;
    if (outcome !== "failed") problems.push(`${id} came out ${outcome ?? "unknown"}, expected it to fail`);
  }
  for (const [id, { outcome, blockedBy, why }] of elsewhere ? [] : outcomes) {
    if (kills.includes(id) || outcome === "passed") continue;
    if (outcome === "blocked" && kills.length > 0 && rootBlocker(blockedBy, outcomes, kills)) continue;
    problems.push(`${id} came out ${outcome}${why}, expected it to pass`);
  }
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** Whether a chain of blocked checks ends at one that was to fail. */
function rootBlocker(
  id: string | undefined,
  outcomes: Map<string, { blockedBy: string | undefined }>,
  kills: string[],
): boolean {
  for (let at = id; at !== undefined; at = outcomes.get(at)?.blockedBy) {
    if (kills.includes(at)) return true;
  }
  return false;
}

/** At most so many problems of one case are told: with times in their texts, every repeat's can differ. */
const MOST_PROBLEMS = 3;

/**
 * Several gradings of one case as one: the first that came out otherwise than it must, the time of the slowest, and what
 * was wrong with any of them.
 */
export function worstOf(runs: readonly ProofCase[]): ProofCase {
  const worst = runs.find((run) => !run.ok) ?? runs[0];
  if (worst === undefined) throw new RangeError("a case must be graded at least once");
  const problems = [...new Set(runs.flatMap(({ problem }) => problem ?? []))].slice(0, MOST_PROBLEMS);
  return {
    ...worst,
    ms: Math.max(...runs.map(({ ms }) => ms)),
    ...(problems.length === 0 ? {} : { problem: problems.join("; another time: ") }),
  };
}

/** Checks whose outcome differed between gradings of one case, where it had to be one and the same. */
export function flakesOf(entry: Case, runs: readonly ProofCase[]): ProofFlake[] {
  const decided = mayFailElsewhere(entry);
  const ids = new Set(runs.flatMap((run) => Object.keys(run.outcomes)));
  return [...ids].flatMap((check) => {
    // Of such a mutant only what it kills has one outcome, and blocked is killed, too.
    if (decided && !entry.kills?.includes(check)) return [];
    const outcomes = runs.map((run): CheckOutcome => run.outcomes[check] ?? "not-run");
    const told = outcomes.map((outcome) => (decided && outcome === "blocked" ? "failed" : outcome));
    return new Set(told).size > 1 ? [{ case: titleOf(entry), check, outcomes }] : [];
  });
}

/** Ids of the checks that no mutant fails as it was said to. */
export function unkilledChecks(rubric: Rubric, cases: ProofCase[]): string[] {
  const plain = cases.filter(({ kind, condition }) => kind === "mutant" && condition === undefined);
  const killed = new Set(plain.flatMap((entry) => entry.kills));
  return rubric.checks.map((check) => check.id).filter((id) => !killed.has(id));
}
