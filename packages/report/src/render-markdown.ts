import type { CheckOutcome, CheckResult, Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import { codeSpan, escapeMarkdown, fence, proseMarkdown, tableCell } from "./escape-markdown.ts";
import { drawMermaid } from "./mermaid.ts";
import { defuseCommands, neutralise } from "./neutralise.ts";
import { languageOf, numberLines, type ShownPlace, type ShownSource } from "./source-lines.ts";
import {
  diagnosisPage,
  explainBlocked,
  faultText,
  formatDuration,
  foundText,
  hiddenText,
  NO_MARK,
  NO_POINTS_LOST,
  OUTCOME_WORDS,
  outcomesText,
  repeatCommand,
  reproduceCommand,
  runFaultText,
  standInsText,
  sumUp,
  type Tone,
  wasTried,
} from "./wording.ts";

/** How much is said: all; no excerpts, logs and calls; only the table of checks; only the verdict. */
const DETAILS = ["all", "causes", "table", "verdict"] as const;
type Detail = (typeof DETAILS)[number];

export interface MarkdownOptions {
  /** Level of the heading of a result, 1 to 4. Default 2. */
  level?: number;
  /** Levels of hints shown for each failed check. Default 1. */
  hints?: number;
  /** How much is said. Default `all`. */
  detail?: Detail;
}

export interface MarkdownReportOptions extends Omit<MarkdownOptions, "detail"> {
  /** Bytes (UTF-8) that the report may take. Default 1,000,000: GitHub takes 1 MiB in a step's summary. */
  maxLength?: number;
}

/** Rows of a log shown, from its end; calls of a transcript shown, from its end. */
const LOG_ROWS = 40;
const CALLS = 20;

const SIGNS: Record<CheckOutcome, string> = {
  passed: "✅",
  failed: "❌",
  blocked: "⏸️",
  fault: "⚠️",
  "not-run": "▫️",
};

const VERDICT_SIGNS: Record<Tone, string> = { passed: "✅", failed: "❌", blocked: "◐", fault: "⚠️" };

function drawTable({ checks }: Result): string {
  const rows = checks.map((check) => {
    const title = `${proseMarkdown(check.title)} (${codeSpan(check.id)})`;
    const why = check.outcome === "blocked" ? `<br>${escapeMarkdown(explainBlocked(check, checks))}` : "";
    const outcome = `${SIGNS[check.outcome]} ${OUTCOME_WORDS[check.outcome]}`;
    return `| ${outcome} | ${check.earned}/${check.points} | ${tableCell(title + why)} |`;
  });
  return ["| Outcome | Points | Check |", "| --- | ---: | --- |", ...rows].join("\n");
}

/** Folded away until somebody opens it; the summary is ours. */
function fold(summary: string, block: string): string {
  return `<details><summary>${summary}</summary>\n\n${block}\n\n</details>`;
}

function item(label: string, markdown: string): string {
  return `- **${label}:** ${markdown}`;
}

function drawTranscript({ transcript }: NonNullable<CheckResult["diagnosis"]>): string[] {
  if (transcript.length === 0) return [];
  const lines = transcript.slice(-CALLS).map(({ call, answer, ms, ok }) => {
    const one = (text: string) => neutralise(text, { maxLength: 500 }).replace(/\s*\n\s*/g, " ");
    return `${ok ? " " : "x"} ${one(call)} (${formatDuration(ms)})\n    ${one(answer)}`;
  });
  const summary = `What was asked (${transcript.length} ${transcript.length === 1 ? "call" : "calls"})`;
  return [fold(summary, fence(lines.join("\n")))];
}

function drawExcerpt(place: ShownPlace | undefined, source: ShownSource | undefined): string[] {
  const excerpt = numberLines(place, source);
  return excerpt === undefined ? [] : [fence(excerpt, languageOf(place))];
}

function drawFailure(check: CheckResult, heading: string, { hints = 1, detail }: MarkdownOptions): string[] {
  const { diagnosis } = check;
  const points = `${check.earned} of ${check.points} points`;
  const facts = [
    item("Found", proseMarkdown(foundText(check))),
    ...(diagnosis === undefined ? [] : [item("Expected", proseMarkdown(diagnosis.expected))]),
    ...(diagnosis?.place === undefined ? [] : [item("Where", codeSpan(formatPlace(diagnosis.place)))]),
    ...(diagnosis?.hint === undefined ? [] : [item("Help", proseMarkdown(diagnosis.hint))]),
    ...check.hints
      .slice(0, hints)
      .map((hint, index) => item(`Hint ${index + 1}/${check.hints.length}`, proseMarkdown(hint))),
    ...(diagnosis === undefined ? [] : [item("More", codeSpan(diagnosisPage(diagnosis.code)))]),
  ];
  const blocks = [`${heading} ❌ ${codeSpan(check.id)}: ${proseMarkdown(check.title)} (${points})`, facts.join("\n")];
  if (detail !== "all") return blocks;
  const command = reproduceCommand(check);
  if (diagnosis !== undefined) blocks.push(...drawExcerpt(diagnosis.place, diagnosis.source));
  if (command !== undefined) blocks.push("See it yourself:", fence(command, "sh"));
  if (diagnosis?.log?.trim()) {
    blocks.push(fold("Last output", fence(diagnosis.log.trimEnd().split("\n").slice(-LOG_ROWS).join("\n"))));
  }
  return diagnosis === undefined ? blocks : [...blocks, ...drawTranscript(diagnosis)];
}

function drawFindings({ findings }: Result, heading: string, detail: Detail): string[] {
  return findings.flatMap(({ severity, code, message, place, remedy, source }) => [
    `${heading} ${severity === "refuse" ? "⛔ Refused" : "ℹ️ Note"}: ${codeSpan(code)}`,
    [
      item(severity === "refuse" ? "Why" : "What", proseMarkdown(message)),
      item("Where", codeSpan(formatPlace(place))),
      item("Change", proseMarkdown(remedy)),
    ].join("\n"),
    ...(detail === "all" ? drawExcerpt(place, source) : []),
  ]);
}

function drawCheckFault(check: CheckResult, heading: string): string[] {
  const { length } = check.attempts;
  return [
    `${heading} ⚠️ ${codeSpan(check.id)}: could not be decided`,
    [
      item("Check", proseMarkdown(check.title)),
      item("Cause", proseMarkdown(faultText(check))),
      item("Tried", length <= 1 ? "once" : `${length} times`),
    ].join("\n"),
  ];
}

function drawFault(result: Result, heading: string): string[] {
  const { fault } = result;
  return [
    `${heading} ⚠️ Fault: ${codeSpan(fault?.code ?? "unknown")}`,
    [
      item("Cause", proseMarkdown(runFaultText(result))),
      ...(fault?.hint === undefined ? [] : [item("Do", proseMarkdown(fault.hint))]),
      item("Points", NO_POINTS_LOST),
    ].join("\n"),
  ];
}

function drawStack({ stack }: Result, heading: string): string[] {
  if (stack === undefined || stack.services.length === 0) return [];
  const drawing = drawMermaid(stack);
  const shown = drawing === undefined ? "It has too many parts for a picture." : `\`\`\`mermaid\n${drawing}\n\`\`\``;
  return [`${heading} The stack`, shown];
}

function drawRemarks(result: Result): string[] {
  const standIns = standInsText(result);
  const remarks = [
    ...(result.retriedAfter === undefined
      ? []
      : [item("Second attempt", `after ${proseMarkdown(result.retriedAfter.message)}`)]),
    ...(standIns === undefined ? [] : [item("Images", escapeMarkdown(standIns))]),
    ...(wasTried(result) ? [item("Repeat it", codeSpan(repeatCommand(result)))] : []),
  ];
  return remarks.length === 0 ? [] : [remarks.join("\n")];
}

/** One result in Markdown (GitHub's flavour), without a line end. Whatever the submission wrote is only text. */
export function markdownOfResult(result: Result, options: MarkdownOptions = {}): string {
  const { level = 2, detail = "all" } = options;
  const heading = "#".repeat(Math.min(4, Math.max(1, level)));
  const below = `${heading}#`;
  const { tone, text } = sumUp(result);
  const counts = wasTried(result) ? outcomesText(result) : "";
  const hidden = hiddenText(result);
  const blocks = [
    `${heading} ${escapeMarkdown(result.lab.title)} (${codeSpan(result.lab.id)})`,
    `${VERDICT_SIGNS[tone]} **${escapeMarkdown(text)}**${counts === "" ? "" : ` · ${counts}`}`,
    ...(result.partial ? [NO_MARK] : []),
    ...(hidden === undefined ? [] : [hidden]),
  ];
  if (detail === "verdict") return blocks.join("\n\n");
  // A refused submission was never tried: a table of checks that were not run would only hide the findings.
  if (result.checks.some((check) => check.outcome !== "not-run")) blocks.push(drawTable(result));
  if (detail === "table") return blocks.join("\n\n");
  if (result.verdict === "fault") blocks.push(...drawFault(result, below));
  blocks.push(...drawFindings(result, below, detail));
  for (const check of result.checks) {
    if (check.outcome === "failed") blocks.push(...drawFailure(check, below, { ...options, detail }));
    if (check.outcome === "fault") blocks.push(...drawCheckFault(check, below));
  }
  if (detail === "all") blocks.push(...drawStack(result, below));
  return [...blocks, ...drawRemarks(result)].join("\n\n");
}

const SAID: Record<Exclude<Detail, "all">, string> = {
  causes: "This report is shortened: excerpts, logs, calls and drawings are left out.",
  table: "This report is shortened: only the outcomes are shown.",
  verdict: "This report is shortened: only the verdicts are shown.",
};

/**
 * Results in Markdown, one below the other. What would be longer than `maxLength` bytes is told in less detail, and
 * the report says so; the result document has the rest.
 */
export function renderMarkdown(results: readonly Result[], options: MarkdownReportOptions = {}): string {
  const { maxLength = 1_000_000, ...rest } = options;
  const fits = (text: string) => Buffer.byteLength(text) <= maxLength;
  for (const detail of DETAILS) {
    const parts = results.map((result) => markdownOfResult(result, { ...rest, detail }));
    const said = detail === "all" ? [] : [`> ${SAID[detail]}`];
    const text = close([...said, ...parts]);
    if (fits(text)) return text;
  }
  const parts: string[] = [];
  const left = () =>
    `> This report is shortened: the verdicts of ${results.length - parts.length} results are left out.`;
  for (const result of results) {
    parts.push(markdownOfResult(result, { ...rest, detail: "verdict" }));
    if (fits(close([left(), ...parts]))) continue;
    parts.pop();
    break;
  }
  return close([left(), ...parts]);
}

function close(parts: string[]): string {
  return `${defuseCommands(parts.join("\n\n"))}\n`;
}
