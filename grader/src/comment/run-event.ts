import * as v from "valibot";
import { COMMIT, readEventFile } from "../pull-request/event-file.ts";

const name = v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/, "expected owner/name"));

const runEvent = v.object({
  repository: v.object({ full_name: name }),
  workflow_run: v.object({
    id: v.pipe(v.number(), v.integer(), v.minValue(1)),
    event: v.string(),
    conclusion: v.nullable(v.string()),
    head_sha: v.pipe(v.string(), v.regex(COMMIT, "expected the full hash of a commit")),
    head_branch: v.nullable(v.string()),
    // A fork that was deleted since is null.
    head_repository: v.nullable(v.object({ full_name: name })),
    html_url: v.pipe(v.string(), v.regex(/^https?:\/\/[^\s()<>[\]\\]+$/, "expected the address of a page")),
  }),
});

/** A run of a workflow that ended, as the event `workflow_run` tells it. */
export interface Run {
  /** owner/name of the course's repository. */
  repository: string;
  id: number;
  /** What started it: `pull_request`. */
  event: string;
  /** `success`, `failure`, `cancelled`, …; undefined where there is none. */
  conclusion: string | undefined;
  /** The commit that was at the head of the branch. */
  head: string;
  branch: string | undefined;
  /** owner/name of the repository that has the branch; undefined where it is gone. */
  headRepository: string | undefined;
  /** Its page. */
  url: string;
}

/** Reads an event of the kind `workflow_run`. Throws the usage errors of `readEventFile`. */
export async function readRunEvent(path: string): Promise<Run> {
  const { repository, workflow_run: run } = await readEventFile(path, "workflow_run", runEvent);
  return {
    repository: repository.full_name,
    id: run.id,
    event: run.event,
    conclusion: run.conclusion ?? undefined,
    head: run.head_sha,
    branch: run.head_branch ?? undefined,
    headRepository: run.head_repository?.full_name,
    url: run.html_url,
  };
}
