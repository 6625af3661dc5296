import { LabError } from "@compose-labs/lab/errors";
import { fetchArchive } from "./artifact.ts";
import { type Message, writeComment } from "./comment-text.ts";
import { readDocumentArchive } from "./document-archive.ts";
import type { GitHubApi } from "./github-api.ts";
import { findPullRequests } from "./pull-request-of-run.ts";
import type { Run } from "./run-event.ts";
import { type Written, writeStickyComment } from "./sticky-comment.ts";

/** `nothing` says why there is nobody to be told; `unusable` why the run's document is not shown, which was told. */
export type Commented =
  | { nothing: string }
  | { nothing?: undefined; comments: { number: number; written: Written }[]; unusable: LabError | undefined };

/** Conclusions of a run that graded nothing, and was not meant to. */
const NOT_RUN = ["cancelled", "skipped", "neutral", "stale", "action_required"];

/** Tells a pull request what became of its run. Throws the faults of the API. */
export async function commentOnRun(api: GitHubApi, run: Run): Promise<Commented> {
  if (run.event !== "pull_request") return { nothing: `the run was started by ${run.event}` };
  if (NOT_RUN.includes(run.conclusion ?? "")) return { nothing: `the run ended with ${run.conclusion}` };
  const pulls = await findPullRequests(api, run);
  if (pulls.nothing !== undefined) return pulls;
  const message = await readMessage(api, run);
  if (message === "expired") return { nothing: "the document of the run is no longer kept" };
  const body = writeComment(message, run);
  const comments = [];
  for (const number of addressees(pulls.numbers, message)) {
    const written = await writeStickyComment(api, { repository: run.repository, number }, body);
    comments.push({ number, written });
  }
  return { comments, unusable: message.kind === "unusable" ? message.error : undefined };
}

/** Of several that the API names, the document may say which one it is of. */
function addressees(numbers: readonly number[], message: Message): readonly number[] {
  const said = message.kind === "document" ? message.document.number : undefined;
  return said !== undefined && numbers.includes(said) ? [said] : numbers;
}

async function readMessage(api: GitHubApi, run: Run): Promise<Message | "expired"> {
  try {
    const archive = await fetchArchive(api, run);
    if (archive === "missing") return { kind: "unfinished" };
    return archive === "expired" ? archive : { kind: "document", document: readDocumentArchive(archive, run.head) };
  } catch (error) {
    if (error instanceof LabError && error.kind === "usage") return { kind: "unusable", error };
    throw error;
  }
}
