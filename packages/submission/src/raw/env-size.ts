import type { Report } from "../finding/finding.ts";

/** Characters that variables may add to the files together. Twenty lines of `.env` can double to ten million. */
export const MAX_EXPANDED = 256 * 1024;

/** A variable of an env file: what it says, and where. */
const VARIABLE = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:](.*)$/;
const REFERENCE = /\$\{?([A-Za-z_]\w*)/g;

/** Lengths of the variables of an env file with other variables in them expanded; an upper bound. */
export function expandedLengths(text: string, known: ReadonlyMap<string, number>): Map<string, number> {
  const lengths = new Map(known);
  let name = "";
  for (const line of text.split("\n")) {
    const match = VARIABLE.exec(line);
    name = match?.[1] ?? name;
    const value = match?.[2] ?? line;
    const started = match === null ? (lengths.get(name) ?? 0) : 0;
    lengths.set(name, started + value.length + referenced(value, lengths));
  }
  return lengths;
}

/** What the variables that a text names add to it, at the most. */
export const referenced = (text: string, lengths: ReadonlyMap<string, number>): number =>
  [...text.matchAll(REFERENCE)].reduce((sum, [, name = ""]) => sum + (lengths.get(name) ?? 0), 0);

/** Variables that grow beyond the bound, in an env file by themselves. */
export function checkEnvSize(text: string, file: string, known: ReadonlyMap<string, number>, report: Report): void {
  const total = [...expandedLengths(text, known).values()].reduce((sum, length) => sum + length, 0);
  if (total > MAX_EXPANDED) report("interp.size", { limit: MAX_EXPANDED }, { file });
}
