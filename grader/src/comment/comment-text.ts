import type { LabError } from "@compose-labs/lab/errors";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { codeSpan, proseMarkdown, renderPullRequest } from "@compose-labs/report";
import type { Run } from "./run-event.ts";

/** What a comment has to say. */
export type Message =
  | { kind: "document"; document: PullRequest }
  | { kind: "unfinished" }
  | { kind: "unusable"; error: LabError };

/** Begins each comment of ours, and is not shown. */
export const MARKER = "<!-- compose-labs: pull-request -->";

/** Characters that GitHub takes in one comment. */
export const MOST_COMMENT = 65_536;

export function writeComment(message: Message, run: Run): string {
  const foot = `---\n\n<sub>Feedback on commit ${codeSpan(run.head.slice(0, 12))}, not the mark of record: what the workflow of a pull request reports can be changed by the pull request. [Log of the run](${run.url})</sub>\n`;
  const most = MOST_COMMENT - MARKER.length - Buffer.byteLength(foot) - 4;
  return [MARKER, writeBody(message, run, most).trimEnd(), foot].join("\n\n");
}

function writeBody(message: Message, { conclusion }: Run, maxLength: number): string {
  switch (message.kind) {
    case "document":
      return renderPullRequest(message.document, { maxLength });
    case "unfinished":
      return [
        "## ⚠️ The grading did not finish",
        `The run ended with ${codeSpan(conclusion ?? "no conclusion")} and kept no document. No points are lost.`,
        "Its log says why. Run the job again, or push another commit.",
      ].join("\n\n");
    case "unusable":
      return [
        "## ⛔ The document of the run cannot be used",
        `- **Cause:** ${proseMarkdown(message.error.message)} (${codeSpan(message.error.code)})`,
        ...(message.error.hint === undefined ? [] : [`- **Why:** ${proseMarkdown(message.error.hint)}`]),
        "Nothing of it is shown. Take back what changes the workflow, and push again.",
      ].join("\n\n");
  }
}
