import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "@compose-labs/lab";
import { neutralise } from "./text/neutralise.ts";
import { isInside, realPath } from "./tree/inside.ts";

const MAX_COLUMNS = 160;
const MAX_BYTES = 1024 * 1024;

/**
 * The lines around a place of the copy, `around` before and after it (default 2), safe to print: no control
 * characters, at most 160 columns each. Undefined without a line, or when the file cannot be shown.
 */
export async function sourceLines(
  root: string,
  place: Place,
  around = 2,
): Promise<{ firstLine: number; lines: string[] } | undefined> {
  if (place.line === undefined) return undefined;
  const real = await realPath(join(root, place.file));
  const inside = await realPath(root);
  if (!real.exists || !isInside(inside.path, real.path)) return undefined;
  const found = await stat(real.path);
  if (!found.isFile() || found.size > MAX_BYTES) return undefined;
  const lines = (await readFile(real.path, "utf8")).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (place.line > lines.length) return undefined;
  const first = Math.max(1, place.line - around);
  const shown = lines
    .slice(first - 1, place.line + around)
    .map((line) => neutralise(line.replace(/^\ufeff/, ""), MAX_COLUMNS));
  return { firstLine: first, lines: shown };
}
