import type { CheckOutcome, Result } from "@compose-labs/lab";

export type ProofKind = "reference" | "alternative" | "starter" | "mutant" | "rewrite";

/** One submission of a lab's author, graded, and whether it came out as the lab says it must. */
export interface ProofCase {
  kind: ProofKind;
  /** Folder name of an alternative or mutant, id of a rewriting; empty for the reference and the starter. */
  name: string;
  /** The condition of the machine that it was graded under, when it was not the machine as it is. */
  condition?: string;
  /** Ids of the checks that must fail: empty but for mutants. */
  kills: string[];
  /** Finding codes with which the policy must refuse it, for mutants that are to be refused. */
  refused?: string[];
  verdict: Result["verdict"];
  /** Outcome per check id; empty when it was refused. */
  outcomes: Record<string, CheckOutcome>;
  ok: boolean;
  /** Milliseconds; of the slowest repeat. */
  ms: number;
  /** What came out otherwise than it must, and what to do about it. */
  problem?: string;
}

/** A check whose outcome differed between repeats of one case. */
export interface ProofFlake {
  /** `mutant db-published` */
  case: string;
  check: string;
  /** In the order of the repeats. */
  outcomes: CheckOutcome[];
}

/** What `grader verify` found out about one lab. */
export interface ProofReport {
  lab: { id: string; title: string; slug: string };
  /** In the rubric's order. */
  checks: { id: string; title: string; points: number }[];
  cases: ProofCase[];
  /** Cases of the lab that were not asked for: a proof wants 0. */
  left: number;
  /** How often each case was graded. */
  repeats: number;
  /** Ids of the checks that no mutant kills. */
  unkilled: string[];
  flakes: ProofFlake[];
  /** Milliseconds from the first start to the last end. */
  ms: number;
}

/** `reference`, `mutant db-published`, `reference (cold-cache)` */
export function caseTitle({ kind, name, condition = "" }: Pick<ProofCase, "kind" | "name" | "condition">): string {
  return [kind, name, condition && `(${condition})`].filter((word) => word !== "").join(" ");
}

/** On a worse machine a wrong solution may fail in more than the place where it is wrong. */
export function mayFailElsewhere({ kind, condition }: { kind: ProofKind; condition?: unknown }): boolean {
  return kind === "mutant" && condition !== undefined;
}

/** Whether every case that was graded came out as it must, every check is killed by a mutant, and nothing is flaky. */
export function isAsItMustBe(proof: ProofReport): boolean {
  return proof.cases.every((entry) => entry.ok) && proof.unkilled.length === 0 && proof.flakes.length === 0;
}
