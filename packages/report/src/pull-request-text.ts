import type { PullRequest } from "@compose-labs/lab/pull-request";
import type { Tone } from "./wording.ts";

/** What became of a pull request, in one sentence that every report shows, with the tone it deserves. */
export function sumUpPullRequest({ verdict, submissions, findings }: PullRequest): { tone: Tone; text: string } {
  if (verdict === "nothing") {
    return {
      tone: "passed",
      text: "Nothing is graded: the pull request changes no submission, or is work on the course",
    };
  }
  if (verdict === "refused") {
    const count = findings.length === 1 ? "1 thing" : `${findings.length} things`;
    return { tone: "failed", text: `Refused as a whole, nothing was graded: ${count} to change` };
  }
  if (verdict === "fault") return { tone: "fault", text: "The grading could not be finished, and no points are lost" };
  const count = submissions.length === 1 ? "1 submission was" : `${submissions.length} submissions were`;
  return { tone: "passed", text: `${count} graded` };
}

/** Why a pull request has no verdict. */
export function pullRequestFaultText({ fault }: PullRequest): string {
  return fault?.message ?? "the grading ended before a verdict was reached";
}
