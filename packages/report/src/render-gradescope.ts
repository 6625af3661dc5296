import type { Result } from "@compose-labs/lab";
import { explainCheck, titleText } from "./failure-text.ts";
import { markOf, onlyResult } from "./mark.ts";
import { writeJson } from "./render-json.ts";
import { verdictText } from "./verdict-text.ts";
import { countOutcomes } from "./wording.ts";

/**
 * The `results.json` of a Gradescope autograder. Gradescope has no word for "no score": without a mark, scores and
 * tests are left out, which it shows as an autograder that failed, and `output` says why.
 * Source: gradescope-autograders.readthedocs.io, Autograder Specifications.
 */
export function renderGradescope(results: readonly Result[]): string {
  const result = onlyResult(results, "gradescope");
  const { checks, verdict, partial, lab, seed, timings, maxScore } = result;
  const mark = markOf(result);
  const extra = { lab: lab.id, verdict, partial, seed, maxScore, outcomes: countOutcomes(result) };
  const head = {
    output: verdictText(result),
    output_format: "text",
    visibility: "visible",
    extra_data: extra,
    ...(timings["total"] === undefined ? {} : { execution_time: Math.round(timings["total"] / 1000) }),
  };
  if (mark.none !== undefined) return writeJson(head);
  return writeJson({
    score: mark.score,
    ...head,
    tests: checks.map((check) => ({
      name: titleText(check.title, check.id),
      name_format: "text",
      score: check.earned,
      max_score: check.points,
      status: check.outcome === "passed" ? "passed" : "failed",
      output: explainCheck(check, checks),
      output_format: "text",
      visibility: "visible",
      extra_data: { id: check.id, outcome: check.outcome },
    })),
  });
}
