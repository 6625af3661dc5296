import type { PullRequest } from "@compose-labs/lab/pull-request";
import { exitCodeOf } from "../verdict.ts";

/** 0 all passed or nothing to grade, 1 something failed or was refused, 3 fault. */
export function pullRequestExitCode({ verdict, submissions }: PullRequest): 0 | 1 | 3 {
  if (verdict === "fault") return 3;
  if (verdict === "refused") return 1;
  const codes = submissions.map(({ result }) => exitCodeOf(result));
  return codes.includes(3) ? 3 : codes.includes(1) ? 1 : 0;
}
