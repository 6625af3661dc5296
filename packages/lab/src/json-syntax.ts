/** Where a text stops being JSON: an offset in UTF-16 code units, and whether it simply ends too early. */
export interface JsonFlaw {
  offset: number;
  ended: boolean;
}

type Expected = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma or end";

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The first flaw of a text that `JSON.parse` refused; the parser's own message names no position for short texts. */
export function findJsonFlaw(text: string): JsonFlaw {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let at = 0;
  for (;;) {
    at = endOf(BLANK, text, at) ?? at;
    const character = text[at];
    if (character === undefined) return { offset: at, ended: true };
    const next = step(expected, character, open);
    if (next === undefined) return { offset: at, ended: false };
    const end = next.token === "mark" ? at + 1 : endOfToken(text, at);
    if (typeof end === "object") return end;
    at = end;
    expected = next.expected;
  }
}

/** What a character begins where `expected` stands, and what is expected behind it; undefined where it may not stand. */
function step(
  expected: Expected,
  character: string,
  open: ("{" | "[")[],
): { token: "mark" | "scalar"; expected: Expected } | undefined {
  const mark = (next: Expected) => ({ token: "mark" as const, expected: next });
  const inside = open.at(-1);
  const close = () => {
    open.pop();
    return mark("comma or end");
  };
  switch (expected) {
    case "colon":
      return character === ":" ? mark("value") : undefined;
    case "comma or end":
      if (character === "," && inside !== undefined) return mark(inside === "{" ? "key" : "value");
      return (character === "}" && inside === "{") || (character === "]" && inside === "[") ? close() : undefined;
    case "key":
    case "key or }":
      if (character === "}" && expected === "key or }") return close();
      return character === '"' ? { token: "scalar", expected: "colon" } : undefined;
    default:
      if (character === "]" && expected === "value or ]") return close();
      if (character !== "{" && character !== "[") {
        return /["\-0-9tfn]/.test(character) ? { token: "scalar", expected: "comma or end" } : undefined;
      }
      open.push(character);
      return mark(character === "{" ? "key or }" : "value or ]");
  }
}

/** Behind the scalar at `at`, or its flaw. */
function endOfToken(text: string, at: number): number | JsonFlaw {
  if (text[at] === '"') return endOfString(text, at + 1);
  const end = endOf(SCALAR, text, at);
  if (end !== undefined) {
    // A number that breaks off behind its point or its `e` is a whole one before it.
    return /^(?:\.|[eE][+-]?)$/.test(text.slice(end, end + 3)) ? { offset: text.length, ended: true } : end;
  }
  const rest = text.slice(at, at + 5);
  const ended = rest.length < 5 && ["true", "false", "null", "-"].some((word) => word.startsWith(rest));
  return { offset: at, ended };
}

function endOfString(text: string, from: number): number | JsonFlaw {
  for (let at = from; at < text.length; ) {
    const character = text[at] ?? "";
    if (character === '"') return at + 1;
    if (character < " ") return { offset: at, ended: false };
    if (character !== "\\") {
      at += 1;
      continue;
    }
    const end = endOf(ESCAPE, text, at);
    if (end === undefined) {
      const broken = /^\\(?:u[0-9a-fA-F]{0,3})?$/.test(text.slice(at, at + 6));
      return broken ? { offset: text.length, ended: true } : { offset: at, ended: false };
    }
    at = end;
  }
  return { offset: text.length, ended: true };
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The position of an offset, 1-based; columns in UTF-16 code units. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
