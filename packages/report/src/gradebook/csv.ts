import { neutralise } from "../neutralise.ts";

/** A cell: text, a number, or nothing at all. */
export type Cell = string | number | undefined;

/** What spreadsheets take for a formula at the beginning of a cell, in the forms of full width, too; a dash alone is none. */
const FORMULA = /^(?!-$)\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/;

/**
 * Rows as RFC 4180 has them, with CRLF. Text that a spreadsheet would take for a formula gets an apostrophe before
 * it; numbers are ours and need none. Line breaks and control characters of text become spaces.
 */
export function writeCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(writeCell).join(",")}\r\n`).join("");
}

function writeCell(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const clean = neutralise(cell, { maxLength: 1000 }).replace(/\s*\n\s*|\t/g, " ");
  const text = FORMULA.test(clean) ? `'${clean}` : clean;
  return /[",;]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
