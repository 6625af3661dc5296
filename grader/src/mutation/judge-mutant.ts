import { LabError, type Result } from "@compose-labs/lab";
import type { MutantOutcome } from "@compose-labs/report";

export type MutantVerdict = Pick<MutantOutcome, "status" | "killedBy" | "codes"> & { problem?: string };

/** What a grading says of a mutant. A check that is blocked killed nothing: the one that blocks it did. */
export function judgeMutant(result: Result): MutantVerdict {
  const killedBy = result.checks.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
  if (result.verdict === "fault") {
    const faulty = result.checks.find(({ outcome }) => outcome === "fault");
    const problem = result.fault?.message ?? `${faulty?.id}: ${faulty?.attempts.at(-1)?.error ?? "unknown"}`;
    return { status: "fault", killedBy, codes: [result.fault?.code ?? "CHECK_FAULT"], problem };
  }
  if (result.verdict === "refused") {
    const codes = result.findings.filter(({ severity }) => severity === "refuse").map(({ code }) => code);
    return { status: "refused", killedBy: [], codes: [...new Set<string>(codes)] };
  }
  return { status: killedBy.length === 0 ? "survived" : "killed", killedBy, codes: [] };
}

/** A mutant may lack a file without which nothing is graded: that is a refusal too. Everything else is thrown on. */
export function judgeThrown(thrown: unknown): MutantVerdict {
  if (thrown instanceof LabError && thrown.kind === "usage" && thrown.code.startsWith("SUBMISSION_")) {
    return { status: "refused", killedBy: [], codes: [thrown.code] };
  }
  throw thrown;
}
