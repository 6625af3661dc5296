import type { Result } from "@compose-labs/lab";

/** 0 all passed, 1 something failed or was refused, 3 fault. */
export function exitCodeOf(result: Result): 0 | 1 | 3 {
  if (result.verdict === "fault") return 3;
  if (result.verdict === "refused") return 1;
  return result.checks.every((check) => check.outcome === "passed" || check.outcome === "not-run") ? 0 : 1;
}
