import { readFile } from "node:fs/promises";
import { usageError } from "@compose-labs/lab/errors";
import * as v from "valibot";

/** The hash of a commit, whole: SHA-1 or SHA-256. */
export const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

const commit = v.pipe(v.string(), v.regex(COMMIT, "expected the full hash of a commit"));
const repository = v.object({ full_name: v.pipe(v.string(), v.regex(/^[^/\s]+\/[^/\s]+$/, "expected owner/name")) });

const pullRequestEvent = v.object({
  pull_request: v.object({
    number: v.pipe(v.number(), v.integer(), v.minValue(1)),
    user: v.object({ login: v.pipe(v.string(), v.minLength(1)) }),
    base: v.object({ sha: commit, repo: repository }),
    // A fork that was deleted since is null.
    head: v.object({ sha: commit, repo: v.nullable(repository) }),
    labels: v.optional(v.array(v.object({ name: v.string() })), []),
  }),
});

/** What an event of the kind `pull_request` says of the pull request. */
export interface PullRequestEvent {
  number: number;
  author: string;
  /** owner/name of the course's repository. */
  repository: string;
  base: string;
  head: string;
  labels: string[];
}

/**
 * Reads the JSON file of an event, by a schema. Throws a usage error EVENT_MISSING, EVENT_SYNTAX, EVENT_KIND (the key
 * `kind` is not there) or EVENT_INVALID.
 */
export async function readEventFile<S extends v.GenericSchema>(
  path: string,
  kind: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw usageError("EVENT_MISSING", `${path}: cannot be read (${cause.code}), expected the JSON file of an event`, {
      hint: "In GitHub Actions, GITHUB_EVENT_PATH names it.",
      cause,
    });
  });
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch (cause) {
    throw usageError("EVENT_SYNTAX", `${path}: found text that is not JSON, expected the event as GitHub writes it`, {
      hint: "Name the file that GITHUB_EVENT_PATH names.",
      cause,
    });
  }
  if (typeof event !== "object" || event === null || !(kind in event)) {
    throw usageError("EVENT_KIND", `${path}: found an event without \`${kind}\`, expected one of the kind ${kind}`, {
      hint: `Run this in a workflow \`on: ${kind}\`.`,
    });
  }
  const parsed = v.safeParse(schema, event, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const at = (issue.path ?? []).map(({ key }) => String(key)).join(".");
  const expected = issue.message.startsWith("expected ") ? issue.message : `expected ${issue.expected}`;
  throw usageError("EVENT_INVALID", `${path}: \`${at}\`: found ${issue.received}, ${expected}`, {
    hint: "Give the event as GitHub wrote it.",
  });
}

/** Reads an event of the kind `pull_request`. */
export async function readPullRequestEvent(path: string): Promise<PullRequestEvent> {
  const { pull_request: pull } = await readEventFile(path, "pull_request", pullRequestEvent);
  return {
    number: pull.number,
    author: pull.user.login,
    repository: pull.base.repo.full_name,
    base: pull.base.sha,
    head: pull.head.sha,
    labels: pull.labels.map(({ name }) => name),
  };
}
