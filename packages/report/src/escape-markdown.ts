import { type NeutraliseOptions, neutralise } from "./neutralise.ts";

/** Characters of one text that Markdown shows; the document has the rest. */
const TEXT_LENGTH = 2000;

// GitHub looks for mentions, references and emoji in what Markdown has made, where a backslash is gone. A blank
// of no width keeps the text as it looks and makes it none of these.
const APART = "&#8203;";

/** What is active, and what is written instead; the first that fits counts. */
const ACTIVE: readonly [pattern: string, written: string | ((found: string) => string)][] = [
  ["@", `@${APART}`],
  ["#(?=[\\p{L}\\p{N}])", `\\#${APART}`],
  ["\\b[Gg][Hh]-(?=\\d)", (found) => found + APART],
  ["://", `:${APART}//`],
  ["\\b[Ww]{3}\\.", (found) => `${found.slice(0, 3)}${APART}.`],
  [":(?=[\\w+-]+:)", `:${APART}`],
  ["\\$", "<span>$</span>"],
  ["\\n+", "<br>"],
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ["\\|", "&#124;"],
  ["[\\\\`*_[\\]~]", (found) => `\\${found}`],
  // What would begin a list, a heading or an underline, at the beginning only.
  ["^[-+=#]|(?<=^\\d+)[.)]", (found) => `\\${found}`],
];
const ANY = new RegExp(ACTIVE.map(([pattern]) => `(${pattern})`).join("|"), "gu");

/**
 * Foreign text as one line of Markdown that is nothing but text: no syntax, HTML, link, mention, reference, emoji or
 * formula. Line ends become `<br>`. For a place inside a line, a list item, a heading or a cell.
 */
export function escapeMarkdown(text: string, options: NeutraliseOptions = {}): string {
  const clean = neutralise(text, { maxLength: TEXT_LENGTH, ...options }).trim();
  return clean.replace(ANY, (found: string, ...groups: (string | undefined)[]) => {
    const written = ACTIVE[groups.findIndex((group) => group !== undefined)]?.[1] ?? found;
    return typeof written === "string" ? written : written(found);
  });
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}

/** Foreign text as code inside a line; nothing in it is active, and it cannot be ended from within. */
export function codeSpan(text: string, options: NeutraliseOptions = {}): string {
  const clean = neutralise(text, { maxLength: TEXT_LENGTH, ...options }).replace(/\s*\n\s*/g, " ");
  if (clean.trim() === "") return "(empty)";
  const ticks = "`".repeat(longestRun(clean) + 1);
  const pad = /^[ `]|[ `]$/.test(clean) ? " " : "";
  return `${ticks}${pad}${clean}${pad}${ticks}`;
}

/** A sentence in which names stand in backticks, as checks and findings write them. Everything else is only text. */
export function proseMarkdown(text: string, options: NeutraliseOptions = {}): string {
  const clean = neutralise(text, { maxLength: TEXT_LENGTH, ...options });
  return clean
    .split(/(`[^`\n]+`)/)
    .map((part, index) => {
      if (index % 2 === 1) return codeSpan(part.slice(1, -1));
      const [, before = "", inner = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(part) ?? [];
      return `${before === "" ? "" : " "}${escapeMarkdown(inner)}${after === "" ? "" : " "}`;
    })
    .join("")
    .trim();
}

/** Finished Markdown of one line, made fit for a table's cell. */
export function tableCell(markdown: string): string {
  return markdown.replaceAll("|", "\\|");
}

/** Foreign text as a block of code that cannot be ended from within; `language` is ours, never foreign. */
export function fence(text: string, language = "", options: NeutraliseOptions = {}): string {
  const clean = neutralise(text, options).replace(/^\n+|\s+$/g, "");
  const ticks = "`".repeat(Math.max(3, longestRun(clean) + 1));
  return `${ticks}${language}\n${clean}\n${ticks}`;
}
