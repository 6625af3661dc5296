import type { Result } from "@compose-labs/lab";
import { drawChecks } from "./check-list.ts";
import { html, type Markup, type Piece } from "./escape-html.ts";
import { drawNotes, drawRefusals } from "./finding-list.ts";
import { type Amounts, openResultPage } from "./result-page.ts";
import { drawEnvironment, drawLogs, drawTimings } from "./run-details.ts";
import { drawStackSection } from "./stack-section.ts";
import { drawVerdict } from "./verdict.ts";

/** From much to little; the first with which a result is not too long is taken. */
const AMOUNTS: readonly Amounts[] = [
  { calls: 60, callLength: 2000, log: { rows: 400, characters: 16_000 } },
  { calls: 12, callLength: 400, log: { rows: 60, characters: 4000 } },
  { calls: 5, callLength: 200, log: { rows: 20, characters: 1500 } },
];

/** Bytes that one result may take before its transcripts and logs are cut. */
const MOST = 250_000;

export interface ResultParts {
  verdict: Markup;
  sections: Markup;
}

function drawWith(result: Result, options: { prefix: string; level: 2 | 3; hints: number; amounts: Amounts }) {
  const page = openResultPage(result, options);
  const shortened: Piece =
    options.amounts === AMOUNTS[0]
      ? undefined
      : html`<p class="quiet">Transcripts and logs are shortened here; the result document has all that was kept of them.</p>`;
  return {
    verdict: drawVerdict(page),
    sections: html`${shortened}${drawRefusals(page)}${drawChecks(page)}${drawNotes(page)}${drawStackSection(page)}${drawLogs(page)}${drawTimings(page)}${drawEnvironment(page)}`,
  };
}

/** A result's verdict and, below it, its sections; `prefix` stands before each of its ids. */
export function drawResult(result: Result, options: { prefix: string; level: 2 | 3; hints: number }): ResultParts {
  let parts: ResultParts | undefined;
  for (const amounts of AMOUNTS) {
    parts = drawWith(result, { ...options, amounts });
    if (Buffer.byteLength(String(parts.sections)) <= MOST) break;
  }
  return parts as ResultParts;
}
