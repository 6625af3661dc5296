import type { PullRequest } from "@compose-labs/lab/pull-request";
import { codeSpan, proseMarkdown } from "./escape-markdown.ts";
import { defuseCommands } from "./neutralise.ts";
import { pullRequestFaultText, sumUpPullRequest } from "./pull-request-text.ts";
import { type MarkdownOptions, markdownOfResult } from "./render-markdown.ts";
import { NO_POINTS_LOST } from "./wording.ts";

export interface PullRequestMarkdownOptions {
  /** Bytes (UTF-8) that the page may take. Default 1,000,000: GitHub takes 1 MiB in a step's summary. */
  maxLength?: number;
  /** Levels of hints shown for each failed check. Default 1. */
  hints?: number;
}

/** Told in turn until the page fits. */
const DETAILS: NonNullable<MarkdownOptions["detail"]>[] = ["all", "causes", "table", "verdict"];
/** Refusals listed, where a document that nobody vouches for has more. */
const REFUSALS = 100;
const SHORTENED = "> This page is shortened; the log of the grading has the rest.";

/** A pull request in Markdown (GitHub's flavour): what became of it, refusals, then each submission. */
export function renderPullRequest(pull: PullRequest, options: PullRequestMarkdownOptions = {}): string {
  const { maxLength = 1_000_000, hints = 1 } = options;
  const head = drawHead(pull);
  const pages = DETAILS.map((detail) => [
    ...head,
    ...(detail === "all" ? [] : [SHORTENED]),
    ...drawSubmissions(pull, { detail, hints, level: 3 }),
  ]);
  const fitting = pages.find((blocks) => Buffer.byteLength(close(blocks)) <= maxLength);
  return close(fitting ?? cutBlocks(pages.at(-1) ?? head, maxLength));
}

function drawHead(pull: PullRequest): string[] {
  const { verdict, findings, head, fault } = pull;
  const { text } = sumUpPullRequest(pull);
  const sign = { graded: "", refused: "⛔ ", nothing: "", fault: "⚠️ " }[verdict];
  const blocks = [`## ${sign}${text}`, `Commit ${codeSpan(head.slice(0, 12))}`];
  if (verdict === "fault") {
    blocks.push(
      [
        `- **Cause:** ${proseMarkdown(pullRequestFaultText(pull))} (${codeSpan(fault?.code ?? "unknown")})`,
        ...(fault?.hint === undefined ? [] : [`- **Do:** ${proseMarkdown(fault.hint)}`]),
        `- **Points:** ${NO_POINTS_LOST}`,
      ].join("\n"),
    );
  }
  for (const { code, path, message, remedy } of findings.slice(0, REFUSALS)) {
    const what = path === undefined ? "" : `${codeSpan(path)} `;
    blocks.push(`- ${what}${proseMarkdown(message)} (${codeSpan(code)})<br>${proseMarkdown(remedy)}`);
  }
  return blocks;
}

function drawSubmissions({ submissions }: PullRequest, options: MarkdownOptions): string[] {
  return submissions.flatMap(({ folder, result }) => [
    "---",
    `Submission ${codeSpan(folder)}`,
    markdownOfResult(result, options),
  ]);
}

/** As many blocks as fit, which say that they are not all. */
function cutBlocks(blocks: readonly string[], maxLength: number): string[] {
  const kept: string[] = [];
  const [first = "", ...rest] = blocks;
  for (const block of rest) {
    if (Buffer.byteLength(close([first, SHORTENED, ...kept, block])) > maxLength) break;
    kept.push(block);
  }
  return [first, SHORTENED, ...kept];
}

function close(blocks: readonly string[]): string {
  return `${defuseCommands(blocks.join("\n\n"))}\n`;
}
