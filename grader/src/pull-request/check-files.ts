import type { Lab } from "@compose-labs/lab";
import type { PullRequestFinding } from "@compose-labs/lab/pull-request";
import { isSkipped, matchAny } from "@compose-labs/submission";
import { finding } from "./finding.ts";

/** Whether a submission has the files that its lab asks for, so that a grading can begin. */
export function checkFiles({ manifest }: Lab, folder: string, paths: readonly string[]): PullRequestFinding[] {
  const { submission, compose, given } = manifest;
  const isTaken = matchAny([...submission.files, ...submission.required, compose]);
  const isGiven = matchAny(given);
  const own = paths.filter((path) => isTaken(path) && !isGiven(path) && !path.split("/").some(isSkipped));
  if (own.length === 0) return [finding("submission.empty", folder, { files: submission.files.join(", ") })];
  // The Compose file has a finding of its own in the policy, which knows other names for it.
  const missing = submission.required.filter((path) => path !== compose && !isGiven(path) && !own.includes(path));
  return missing.length === 0 ? [] : [finding("submission.incomplete", folder, { missing: missing.join(", no ") })];
}
