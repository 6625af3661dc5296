export interface NeutraliseOptions {
  /** Characters kept; what is cut is counted in the text. Default 16,384. */
  maxLength?: number;
  /** Escapes everything outside printable ASCII, for terminals that show nothing else. Default false. */
  ascii?: boolean;
}

// The two ways to write an escape sequence's start: ESC and a character, or one C1 character.
const ESC = "\u001b";
const END = `(?:\u0007|${ESC}\\\\|\u009c)?`;
// Operating system commands, device control strings and their like carry a payload that goes with them.
const STRINGS = new RegExp(`(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u009c${ESC}\n]*${END}`, "g");
const SEQUENCES = new RegExp(`(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]?|${ESC}[ -/]*[0-~]?`, "g");
const NEWLINES = /\r\n?|[\u2028\u2029\u0085]/g;
// Controls, and what reorders or hides text (format characters, blank letters).
const CONTROLS = /(?!\n)[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]/gu;

const PLAIN: Record<string, string> = {
  "…": "...",
  "–": "-",
  "—": "-",
  "−": "-",
  "·": "-",
  "→": "->",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "×": "x",
  "\u00a0": " ",
};

function escapeToAscii(character: string): string {
  return PLAIN[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
}

/**
 * GitHub's runner takes a line that starts with `::`, after blanks, and a `##[` anywhere in a line, for a command.
 * The blank put between makes it text again. Source: actions/runner, ActionCommand.cs.
 */
export function defuseCommands(text: string): string {
  return text.replace(/^([^\S\n]*:)(?=:)/gm, "$1 ").replace(/##(?=\[)/g, "# #");
}

/**
 * Makes text that a student's files, containers or names may have written safe to print: without control
 * characters, ANSI sequences and marks that reorder or hide text, bounded, and with no line that GitHub
 * would take for a command. Newlines stay; tabs become four blanks.
 */
export function neutralise(text: string, options: NeutraliseOptions = {}): string {
  const { maxLength = 16_384, ascii = false } = options;
  const bounded =
    text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length - maxLength} characters left out)` : text;
  const stripped = bounded
    .toWellFormed()
    .replace(STRINGS, "")
    .replace(SEQUENCES, "")
    .replace(NEWLINES, "\n")
    .replaceAll("\t", "    ")
    .replace(CONTROLS, "");
  return defuseCommands(ascii ? stripped.replace(/[^\n -~]/gu, escapeToAscii) : stripped);
}

/**
 * Neutralises every string of a document, keys included, except below `source`: the lines of a file are
 * neutralised where they are drawn, because a column counts in the raw line. Of a `log`, the end is kept.
 */
export function neutraliseDocument<T>(document: T, options: NeutraliseOptions = {}): T {
  const { maxLength = 16_384 } = options;
  const visit = (value: unknown, key?: string): unknown => {
    if (key === "source") return value;
    if (typeof value === "string") return neutralise(key === "log" ? value.slice(-maxLength) : value, options);
    if (Array.isArray(value)) return value.map((inner) => visit(inner));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [neutralise(name, options), visit(inner, name)]),
    );
  };
  return visit(document) as T;
}
