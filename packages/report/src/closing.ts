import type { Result } from "@compose-labs/lab";
import { commandField, field } from "./field.ts";
import type { Page } from "./page.ts";
import { wrap } from "./text-width.ts";
import {
  formatDuration,
  hiddenText,
  NO_MARK,
  outcomesText,
  repeatCommand,
  standInsText,
  sumUp,
  wasTried,
} from "./wording.ts";

function drawTimes(page: Page, timings: Result["timings"]): string[] {
  const phases = Object.entries(timings).filter(([phase, ms]) => phase !== "total" && ms >= 50);
  if (phases.length === 0) return [];
  return field(page, "time", phases.map(([phase, ms]) => `${phase} ${formatDuration(ms)}`).join(", "));
}

/** The last lines of a report, those that a terminal shows without scrolling: verdict, points, time, how to repeat it. */
export function drawClosing(page: Page, result: Result, options: { brief: boolean }): string[] {
  const { tone, text } = sumUp(result);
  const verdict = wrap(text, page.width - 1);
  const lines = [
    page.paint("faint", page.glyphs.rule.repeat(page.width)),
    ...verdict.map((line) => page.paint(tone, line)),
  ];
  if (result.partial) lines.push(...wrap(NO_MARK, page.width - 1));
  const hidden = hiddenText(result);
  if (hidden !== undefined) lines.push(...wrap(hidden, page.width - 1));
  if (options.brief) return lines;
  const tried = wasTried(result);
  if (tried) lines.push(...field(page, "checks", outcomesText(result)));
  if (result.retriedAfter !== undefined) lines.push(...field(page, "again", `after ${result.retriedAfter.message}`));
  const standIns = standInsText(result);
  lines.push(...drawTimes(page, result.timings), ...(standIns === undefined ? [] : field(page, "images", standIns)));
  return tried ? [...lines, ...commandField(page, "repeat", repeatCommand(result))] : lines;
}
