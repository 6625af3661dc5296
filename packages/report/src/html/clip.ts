import { neutralise } from "../neutralise.ts";

/** The beginning of a foreign text, and how much was left out. */
export function clip(text: string, length: number): string {
  return neutralise(text, { maxLength: length });
}

/** The last rows of a log that fit; what is left out is counted above them. */
export function lastRows(log: string, most: { rows: number; characters: number }): string {
  const clean = neutralise(log.slice(-4 * most.characters)).trimEnd();
  const cut = clean.length > most.characters ? clean.slice(-most.characters).replace(/^[^\n]*\n/, "") : clean;
  const rows = cut.split("\n").slice(-most.rows);
  const all = log.trimEnd().split(/\r\n?|\n/).length;
  const left = all - rows.length;
  return left <= 0
    ? rows.join("\n")
    : [`(${left} earlier ${left === 1 ? "line" : "lines"} left out)`, ...rows].join("\n");
}
