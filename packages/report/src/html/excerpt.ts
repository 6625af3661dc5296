import { formatPlace } from "@compose-labs/lab/errors";
import { neutralise } from "../neutralise.ts";
import { markedWord, type ShownPlace, type ShownSource } from "../source-lines.ts";
import { html, type Markup, type Piece } from "./escape-html.ts";
import { scroller } from "./page.ts";

/** Lines shown on either side of the marked one, and characters of each. */
const AROUND = 3;
const LENGTH = 500;

function clean(text: string): string {
  return neutralise(text, { maxLength: LENGTH }).replaceAll("\n", " ");
}

/** The line with the word at the place's column marked; the column counts in the raw line. */
function markWord(raw: string, column: number | undefined): Piece {
  if (column === undefined || column > raw.length) return clean(raw);
  const before = raw.slice(0, column - 1);
  const word = markedWord(raw.slice(column - 1));
  return html`${clean(before)}<mark>${clean(word)}</mark>${clean(raw.slice(before.length + word.length))}`;
}

/** The lines around a place, its own marked for the eye and for a screen reader; nothing where they are not known. */
export function drawExcerpt(place: ShownPlace | undefined, source: ShownSource | undefined): Piece {
  if (place?.line === undefined || source === undefined) return undefined;
  const { line, column } = place;
  const digits = String(source.firstLine + source.lines.length - 1).length;
  const rows = source.lines.flatMap((raw, index): Markup[] => {
    const number = source.firstLine + index;
    if (Math.abs(number - line) > AROUND) return [];
    const gutter = html`<span class="gutter">${String(number).padStart(digits)} </span>`;
    if (number !== line) return [html`<span class="row">${gutter}${clean(raw)}\n</span>`];
    return [
      html`<span class="row marked"><span class="hidden">marked: </span>${gutter}${markWord(raw, column)}\n</span>`,
    ];
  });
  if (line < source.firstLine || line >= source.firstLine + source.lines.length) return undefined;
  return scroller(`Lines around ${formatPlace(place)}`, html`<pre class="excerpt"><code>${rows}</code></pre>`);
}
