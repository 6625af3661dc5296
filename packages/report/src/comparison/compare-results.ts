import type { CheckResult, Result } from "@compose-labs/lab";
import { compareInputs } from "./compare-inputs.ts";
import type { Difference } from "./difference.ts";

export interface Comparison {
  /** Verdict, score and the outcome of every check agree. */
  same: boolean;
  /** What came out first, then what went in; in each the most telling first. */
  differences: Difference[];
}

/** What differs between two results, and why each difference may matter. */
export function compareResults(first: Result, second: Result): Comparison {
  const outcomes = compareOutcomes(first, second);
  return { same: outcomes.length === 0, differences: [...outcomes, ...compareInputs(first, second)] };
}

function compareOutcomes(first: Result, second: Result): Difference[] {
  const differences: Difference[] = [];
  const add = (what: string, one: string, two: string, why: string) => {
    if (one !== two) differences.push({ kind: "outcome", what, first: one, second: two, why });
  };
  add("verdict", verdictOf(first), verdictOf(second), whyVerdict(first, second));
  add("score", scoreOf(first), scoreOf(second), "");
  const ids = new Set([...first.checks, ...second.checks].map(({ id }) => id));
  for (const id of ids) add(`check ${id}`, outcomeOf(first, id), outcomeOf(second, id), "");
  return differences;
}

const verdictOf = ({ verdict, fault, findings }: Result): string => {
  if (verdict === "fault") return fault === undefined ? "fault" : `fault ${fault.code}`;
  if (verdict !== "refused") return verdict;
  const codes = findings.filter(({ severity }) => severity === "refuse").map(({ code }) => code);
  return `refused ${[...new Set(codes)].sort().join(", ")}`;
};

function whyVerdict(...results: Result[]): string {
  if (results.some(({ verdict }) => verdict === "fault")) {
    return "A fault is of the machine or the grader, never of the submission: grade that one again.";
  }
  if (results.some(({ verdict }) => verdict === "not-run")) return "One looked at the policy only and ran nothing.";
  return "";
}

const scoreOf = ({ score, maxScore }: Result): string => (score === null ? "none" : `${score} of ${maxScore}`);

function outcomeOf({ checks }: Result, id: string): string {
  const check = checks.find((candidate) => candidate.id === id);
  return check === undefined ? "not there" : describe(check);
}

const describe = ({ outcome, diagnosis, blockedBy }: CheckResult): string =>
  [outcome, diagnosis?.code ?? (blockedBy === undefined ? undefined : `by ${blockedBy}`)].filter(Boolean).join(" ");
