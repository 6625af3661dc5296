import type { Result } from "@compose-labs/lab";

// What JSON.stringify leaves raw but a terminal or GitHub's runner would act on.
const ACTIVE = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]|#(?=#\[)/gu;

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

/** Any value as JSON of two blanks, with escapes for what a terminal or GitHub's runner would act on. */
export function writeJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(ACTIVE, escapeUnits)}\n`;
}

/**
 * The result document as it stands, two blanks of indentation and a newline at the end. Nothing is changed in it:
 * characters that a terminal would act on are written as JSON escapes, and no line starts with `::`.
 */
export function renderJson(result: Result): string {
  return writeJson(result);
}

/** Several documents as one array, written as `renderJson` writes one. */
export function renderJsonList(results: readonly Result[]): string {
  return writeJson(results);
}
