import type { CheckResult } from "@compose-labs/lab";
import { commandField, field, fieldWidth, labelled } from "./field.ts";
import { drawHeading } from "./heading.ts";
import type { Page } from "./page.ts";
import { drawPlace } from "./source-excerpt.ts";
import { foldAtBlanks, wrap } from "./text-width.ts";
import { drawTranscript } from "./transcript.ts";
import { diagnosisPage, faultText, formatDuration, foundText, reproduceCommand } from "./wording.ts";

/** Rows of log shown, counted from the end. */
const LOG_ROWS = 12;

function drawLog(page: Page, log: string): string[] {
  const bar = `${page.paint("faint", page.glyphs.bar)} `;
  const rows = log
    .trimEnd()
    .split("\n")
    .flatMap((line) => foldAtBlanks(line, fieldWidth(page) - 2));
  return labelled(
    page,
    "output",
    rows.slice(-LOG_ROWS).map((row) => bar + row),
  );
}

function drawHints(page: Page, hints: string[], levels: number): string[] {
  return hints.slice(0, levels).flatMap((hint, index) => field(page, `hint ${index + 1}/${hints.length}`, hint));
}

/** One check that failed: what was found, what was expected, where, why, and the command that shows it. */
export function drawFailure(page: Page, check: CheckResult, options: { hints: number }): string[] {
  const lines = [
    drawHeading(page, "failed", "FAILED", check.id, `${check.earned} of ${check.points} points`),
    ...wrap(check.title, page.width - 1),
    "",
  ];
  const { diagnosis } = check;
  if (diagnosis === undefined) {
    lines.push(...field(page, "found", foundText(check)));
    return [...lines, ...drawHints(page, check.hints, options.hints)];
  }
  const seen = reproduceCommand(check);
  const log = diagnosis.log?.trim() ? drawLog(page, diagnosis.log) : [];
  const parts = [
    [...field(page, "found", diagnosis.found), ...field(page, "expected", diagnosis.expected)],
    diagnosis.place === undefined ? [] : drawPlace(page, diagnosis.place, diagnosis.source),
    [...log, ...drawTranscript(page, diagnosis.transcript)],
    [
      ...(diagnosis.hint === undefined ? [] : field(page, "help", diagnosis.hint)),
      ...drawHints(page, check.hints, options.hints),
      ...(seen === undefined ? [] : commandField(page, "see it", seen)),
      ...field(page, "more", diagnosisPage(diagnosis.code), "faint"),
    ],
  ];
  const shown = parts.filter((part) => part.length > 0);
  return [...lines, ...shown.flatMap((part, index) => (index === 0 ? part : ["", ...part]))];
}

/** One check that could not be decided. It costs no points, because a run with a fault has no score. */
export function drawCheckFault(page: Page, check: CheckResult): string[] {
  const tried = check.attempts.length;
  return [
    drawHeading(page, "fault", "FAULT", check.id, formatDuration(check.ms)),
    ...wrap(check.title, page.width - 1),
    "",
    ...field(page, "cause", faultText(check)),
    ...field(page, "tried", tried <= 1 ? "once" : `${tried} times`),
  ];
}
