import type { Result } from "@compose-labs/lab";
import { explainCheck, titleText } from "./failure-text.ts";
import { markOf, onlyResult } from "./mark.ts";
import { neutralise } from "./neutralise.ts";
import { verdictText } from "./verdict-text.ts";

/** Version of what GitHub Classroom's graders hand to its reporter. */
const VERSION = 1;

/**
 * What a grader of GitHub Classroom hands to `autograding-grading-reporter`: JSON in Base64, one line. Without a mark
 * the status is `error` and the maximum 0, which the reporter leaves out of its sum: it reports no points then.
 * Source: classroom-resources/autograding-grading-reporter.
 */
export function renderGithubClassroom(results: readonly Result[]): string {
  const result = onlyResult(results, "github-classroom");
  const { checks, lab } = result;
  const mark = markOf(result);
  const test = { test_code: "", filename: "", line_no: 0, duration: 0 };
  const document =
    mark.none !== undefined
      ? {
          version: VERSION,
          status: "error",
          max_score: 0,
          tests: [
            { ...test, name: titleText(lab.title, lab.id), status: "error", score: 0, message: verdictText(result) },
          ],
        }
      : {
          version: VERSION,
          status: checks.every(({ outcome }) => outcome === "passed") ? "pass" : "fail",
          max_score: mark.maxScore,
          tests: checks.map((check) => ({
            ...test,
            name: titleText(check.title, check.id),
            status: check.outcome === "passed" ? "pass" : "fail",
            score: check.earned,
            message: explainCheck(check, checks) || null,
            filename: neutralise(check.diagnosis?.place?.file ?? ""),
            line_no: check.diagnosis?.place?.line ?? 0,
            duration: Math.round(check.ms),
          })),
        };
  return `${Buffer.from(JSON.stringify(document)).toString("base64")}\n`;
}
