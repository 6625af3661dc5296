import type { Ink, Page } from "./page.ts";
import { measure, truncate } from "./text-width.ts";

/** `── FAILED  db-hidden ──────────── 0 of 15 points`, the width of the page. */
export function drawHeading(page: Page, ink: Ink, word: string, name: string, right = ""): string {
  const { rule, ellipsis } = page.glyphs;
  const fixed = measure(`${rule}${rule} ${word}   ${rule}${rule}`) + (right === "" ? 0 : measure(right) + 1);
  const shown = truncate(name, Math.max(8, page.width - fixed), ellipsis);
  const left = shown === "" ? word : `${word}  ${shown}`;
  const rules = page.width - measure(left) - 4 - (right === "" ? 0 : measure(right) + 1);
  const painted = page.paint(ink, word) + (shown === "" ? "" : `  ${page.paint("strong", shown)}`);
  const end = page.paint("faint", rule.repeat(Math.max(0, rules)));
  return `${page.paint("faint", rule.repeat(2))} ${painted} ${end}${right === "" ? "" : ` ${right}`}`;
}
