import type { Place } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab";
import { FIELD_INDENT, field, fieldWidth } from "./field.ts";
import { neutralise } from "./neutralise.ts";
import type { Page } from "./page.ts";
import { markedWord } from "./source-lines.ts";
import { fold, measure, padStart } from "./text-width.ts";

export interface Source {
  /** 1-based. */
  firstLine: number;
  lines: string[];
}

/** Lines shown on either side of the marked one. */
const AROUND = 2;

function drawLines(page: Page, place: Place & { line: number }, source: Source): string[] {
  const last = source.firstLine + source.lines.length - 1;
  const digits = String(last).length;
  const room = fieldWidth(page) - digits - 5;
  const clean = (text: string) => neutralise(text, { ascii: !page.unicode }).replaceAll("\n", " ");
  const marked = source.lines[place.line - source.firstLine] ?? "";
  const before = measure(clean(marked.slice(0, (place.column ?? 1) - 1)));
  const mark = place.column === undefined ? "" : clean(markedWord(marked.slice(place.column - 1)));
  const length = Math.max(1, Math.min(measure(mark), room));
  // A mark far to the right moves the window over all lines, so that they stay aligned.
  const skip = Math.max(0, before + length - room);

  return source.lines.flatMap((raw, index) => {
    const number = source.firstLine + index;
    if (Math.abs(number - place.line) > AROUND) return [];
    const rest = fold(clean(raw), Math.max(1, skip)).slice(skip === 0 ? 0 : 1);
    const shown = fold(rest.join(""), room)[0] ?? "";
    const isMarked = number === place.line;
    const gutter = `${isMarked ? ">" : " "} ${padStart(String(number), digits)} ${page.glyphs.bar} `;
    const line = page.paint(isMarked ? "failed" : "faint", gutter) + shown;
    if (!isMarked || mark === "") return [line];
    const under = `${" ".repeat(digits + 3)}${page.glyphs.bar} `;
    return [
      line,
      page.paint("faint", under) + " ".repeat(before - skip) + page.paint("failed", page.glyphs.caret.repeat(length)),
    ];
  });
}

/** Where it is, and the lines around it with the place marked. */
export function drawPlace(page: Page, place: Place, source: Source | undefined): string[] {
  const head = field(page, "at", formatPlace(place).replaceAll("\n", " "), "strong");
  const { line } = place;
  if (line === undefined || source === undefined || source.lines.length === 0) return head;
  if (line < source.firstLine || line >= source.firstLine + source.lines.length) return head;
  return [...head, ...drawLines(page, { ...place, line }, source).map((text) => " ".repeat(FIELD_INDENT) + text)];
}
