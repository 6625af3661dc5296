import type { Report } from "../finding/finding.ts";
import type { YamlNode } from "../yaml/node.ts";
import { placeOf, type Source } from "./sources.ts";

/** Characters that variables may add to the files together. Twenty lines of `.env` can double to ten million. */
const MAX_EXPANDED = 256 * 1024;
/** Dollar signs of all files together; 5,000 in one value take Compose 5 s. */
const MAX_DOLLARS = 2_000;

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

const referenced = (text: string, lengths: ReadonlyMap<string, number>): number =>
  [...text.matchAll(REFERENCE)].reduce((sum, [, name = ""]) => sum + (lengths.get(name) ?? 0), 0);

/** Variables that grow beyond the bound, in an env file by themselves. */
export function checkEnvSize(text: string, file: string, known: ReadonlyMap<string, number>, report: Report): void {
  const total = [...expandedLengths(text, known).values()].reduce((sum, length) => sum + length, 0);
  if (total > MAX_EXPANDED) report("interp.size", { limit: MAX_EXPANDED }, { file });
}

/** Variables that grow beyond the bound where the files use them. */
export function checkInterpolation(
  sources: readonly Source[],
  lengths: ReadonlyMap<string, number>,
  report: Report,
): void {
  let dollars = 0;
  let total = 0;
  const visit = (node: YamlNode, file: string): boolean => {
    if (node.kind === "list") return node.items.some((item) => visit(item, file));
    if (node.kind === "map") return node.entries.some(({ value }) => visit(value, file));
    if (typeof node.value !== "string") return false;
    dollars += node.value.split("$").length - 1;
    total += referenced(node.value, lengths);
    if (dollars > MAX_DOLLARS) report("interp.count", { limit: MAX_DOLLARS }, placeOf(file, node));
    else if (total > MAX_EXPANDED) report("interp.size", { limit: MAX_EXPANDED }, placeOf(file, node));
    else return false;
    return true;
  };
  for (const { file, root } of sources) if (visit(root, file)) return;
}
