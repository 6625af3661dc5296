import type { TranscriptCall } from "@compose-labs/lab";
import { fieldWidth, labelled } from "./field.ts";
import type { Page } from "./page.ts";
import { measure, padEnd, truncate } from "./text-width.ts";
import { formatDuration } from "./wording.ts";

/** Calls shown of one check; those before are counted. */
const SHOWN = 5;

function drawCall(page: Page, call: TranscriptCall): string[] {
  const width = fieldWidth(page);
  const time = formatDuration(call.ms);
  const left = width - measure(time) - 2;
  const asked = truncate(call.call, left, page.glyphs.ellipsis);
  const head = `${call.ok ? asked : page.paint("failed", asked)}${" ".repeat(left - measure(asked) + 2)}${page.paint("faint", time)}`;
  const arrow = `  ${page.glyphs.arrow} `;
  const answer = truncate(call.answer, width - measure(arrow), page.glyphs.ellipsis);
  return answer.trim() === "" ? [head] : [head, page.paint("faint", arrow) + answer];
}

/** What the check asked of the stack and what came back: the last calls, and failed ones before them. */
export function drawTranscript(page: Page, transcript: TranscriptCall[]): string[] {
  if (transcript.length === 0) return [];
  const tail = new Set(transcript.slice(-SHOWN));
  const failedBefore = transcript.filter((call) => !call.ok && !tail.has(call)).slice(-2);
  const shown = [...failedBefore, ...tail];
  const left = transcript.length - shown.length;
  const skipped =
    left === 0 ? [] : [page.paint("faint", `(${left} earlier ${left === 1 ? "call" : "calls"} left out)`)];
  return labelled(page, padEnd("asked", 8), [...skipped, ...shown.flatMap((call) => drawCall(page, call))]);
}
