import * as v from "valibot";
import { described } from "./described.ts";
import { resultSchema } from "./result.ts";

/** Version of the pull-request document; a reader must refuse any other. */
export const PULL_REQUEST_SCHEMA = "compose-labs/pull-request/v1";

const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "expected the full hash of a commit"));

const pullRequestFinding = v.object({
  code: described(v.string(), "Stable; explained in docs/pull-request-findings.md"),
  path: v.optional(described(v.string(), "The file of the pull request, as Git names it")),
  message: v.string(),
  remedy: v.string(),
});

export const pullRequestSchema = v.object({
  schema: v.literal(PULL_REQUEST_SCHEMA),
  base: described(sha, "The commit whose labs, checks and grader graded"),
  head: described(sha, "The commit that was graded"),
  repository: v.optional(described(v.string(), "owner/name, from the event")),
  number: v.optional(
    described(v.pipe(v.number(), v.integer(), v.minValue(1)), "From the event; the comment asks the API instead"),
  ),
  author: v.optional(described(v.string(), "The login that opened the pull request, from the event")),
  verdict: described(
    v.picklist(["graded", "refused", "nothing", "fault"]),
    "graded: each submission has its own verdict; refused: the pull request itself, nothing was graded; nothing: it changes no submission",
  ),
  findings: described(v.array(pullRequestFinding), "Why the pull request is refused"),
  submissions: v.array(
    v.object({
      student: v.string(),
      lab: described(v.string(), "The lab's folder: 07-bridge-networks"),
      folder: described(v.string(), "The submission's folder in the repository"),
      result: resultSchema,
    }),
  ),
  fault: v.optional(v.object({ code: v.string(), message: v.string(), hint: v.optional(v.string()) })),
});

/** One pull request, graded: what `grader pr` writes and the comment is made from. */
export type PullRequest = v.InferOutput<typeof pullRequestSchema>;
export type PullRequestFinding = PullRequest["findings"][number];
