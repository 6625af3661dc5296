import type { Result } from "@compose-labs/lab";
import { usageError } from "@compose-labs/lab/errors";
import { NO_MARK, NO_POINTS_LOST, runFaultText } from "./wording.ts";

/** What a gradebook may take from a result: points, or the reason why there are none to be taken. */
export type Mark = { score: number; maxScore: number; none?: undefined } | { none: string };

/**
 * The mark of a result. A refused submission earned nothing. A fault, a part and a policy-only run have no mark at
 * all: a form that gradebooks read must not make a zero of them.
 */
export function markOf(result: Result): Mark {
  const { verdict, partial, score, maxScore } = result;
  if (verdict === "refused") return { score: 0, maxScore };
  if (verdict === "fault") return { none: `${runFaultText(result)}. ${NO_POINTS_LOST}` };
  if (verdict === "not-run") return { none: "Only the policy was asked: nothing was started or graded." };
  return partial || score === null ? { none: NO_MARK } : { score, maxScore };
}

/** The one result of a form that has room for one only. Throws the usage error REPORT_ONE_RESULT. */
export function onlyResult(results: readonly Result[], format: string): Result {
  const [result] = results;
  if (result !== undefined && results.length === 1) return result;
  throw usageError("REPORT_ONE_RESULT", `found ${results.length} results, expected one: ${format} has room for one`, {
    hint: "Make a report of each result by itself.",
  });
}
