import type { Diagnosis } from "@compose-labs/lab";
import { neutralise } from "./neutralise.ts";

export type ShownPlace = NonNullable<Diagnosis["place"]>;
export type ShownSource = NonNullable<Diagnosis["source"]>;

/** Lines shown on either side of the marked one. */
const AROUND = 2;

/** What is marked: the key or word at the column, without its colon; one character where there is none. */
export function markedWord(rest: string): string {
  return /^(?:"[^"]*"|'[^']*'|[^\s:,[\]{}#]+(?:[:.][^\s:,[\]{}#]+)*)/.exec(rest)?.[0] ?? rest.slice(0, 1);
}

/** The lines around a place with their numbers, the place's own marked: plain text, neutralised. */
export function numberLines(place: ShownPlace | undefined, source: ShownSource | undefined): string | undefined {
  const line = place?.line;
  if (line === undefined || source === undefined) return undefined;
  const digits = String(source.firstLine + source.lines.length - 1).length;
  const shown = source.lines.flatMap((text, index) => {
    const number = source.firstLine + index;
    if (Math.abs(number - line) > AROUND) return [];
    const clean = neutralise(text, { maxLength: 500 }).replaceAll("\n", " ");
    return [`${number === line ? ">" : " "} ${String(number).padStart(digits)} | ${clean}`.trimEnd()];
  });
  return shown.length === 0 ? undefined : shown.join("\n");
}

/** The language of a file for a block of code, by its name. */
export function languageOf(place: ShownPlace | undefined): string {
  const name = place?.file.split("/").at(-1) ?? "";
  if (/\.ya?ml$/i.test(name)) return "yaml";
  return /dockerfile/i.test(name) ? "dockerfile" : "";
}
