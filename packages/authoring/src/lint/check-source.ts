import type { Place } from "@compose-labs/lab";
import { readTokens, type Token } from "./tokens.ts";

export interface Call {
  /** The last name before the bracket: `read` of `files.read(…)`. */
  name: string;
  /** Index of that name. */
  at: number;
  /** Indices of the brackets. */
  open: number;
  close: number;
}

/** A checks.ts or hidden.ts as tokens, with what the rules ask of it. Indices are of `tokens`. */
export interface CheckSource {
  /** `checks.ts` */
  name: string;
  tokens: Token[];
  /** Every call, `new` expressions and declarations of functions included. */
  calls: Call[];
  /** Of each bracket the one that closes it; the last token if none does. */
  closing: ReadonlyMap<number, number>;
  /** Top-level `const NAME = "text"`. */
  constants: ReadonlyMap<string, string>;
  /** Names of top-level functions, and of arrow functions kept in a constant. */
  functions: ReadonlySet<string>;
  /** Names that are imported, by module. */
  imports: { module: string; names: { imported: string; local: string }[]; at: number }[];
  /** The call `check("id", …)` of each id. */
  checks: ReadonlyMap<string, Call>;
  place(index: number): Place;
  /** The check or top-level function that a token is in, by id or name; empty at the top. */
  owner(index: number): string;
  /** The tokens from one index up to another as one text, a space between any two. */
  words(from: number, to: number): string;
  /** The first argument of a call, as `words`. */
  argument(call: Call): string;
  /** What `const NAME = …` or `let NAME = …` before `index`, in the same owner, gives the name, as `words`. */
  valueOf(name: string, index: number): string | undefined;
  /** Whether a token is in a text that only people read: a hint, `reproduce`, `found`, … */
  isProse(index: number): boolean;
}

const PROSE = /^(title|hints?|found|expected|reproduce|log|misconception|reason)$/;

/** Reads the text of such a file; `file` is how places name it. Never throws. */
export function readCheckSource(text: string, file: string): CheckSource {
  const tokens = readTokens(text);
  const closing = matchBrackets(tokens);
  const end = (open: number) => closing.get(open) ?? tokens.length - 1;
  const calls = tokens.flatMap(({ kind, text: name }, at): Call[] => {
    const open = tokens[at + 1]?.text === "(" ? at + 1 : -1;
    return kind === "name" && open > 0 ? [{ name, at, open, close: end(open) }] : [];
  });
  const checks = new Map<string, Call>();
  for (const call of calls) {
    const id = tokens[call.open + 1];
    if (call.name === "check" && id?.kind === "string" && !checks.has(id.value)) checks.set(id.value, call);
  }
  const owners = findFunctions(tokens, end);
  const prose = tokens.flatMap((token, at): [number, number][] =>
    PROSE.test(token.text) && tokens[at + 1]?.text === ":" ? [[at, endOfValue(tokens, end, at + 2)]] : [],
  );
  const lines = lineStarts(text);
  const variables = findVariables(tokens, end);
  const words = (from: number, to: number) =>
    tokens
      .slice(from, to)
      .map((token) => token.text)
      .join(" ");
  const owner = (index: number) => {
    const [id] = [...checks].find(([, { open, close }]) => open < index && index < close) ?? [];
    return id ?? owners.find(({ from, to }) => from <= index && index <= to)?.name ?? "";
  };
  return {
    name: file.slice(file.lastIndexOf("/") + 1),
    tokens,
    calls,
    closing,
    constants: new Map(findConstants(tokens)),
    functions: new Set(owners.map(({ name }) => name)),
    imports: findImports(tokens),
    checks,
    place(index) {
      const offset = tokens[index]?.offset ?? 0;
      const line = lines.findLastIndex((start) => start <= offset);
      return { file, line: line + 1, column: offset - (lines[line] ?? 0) + 1 };
    },
    owner,
    words,
    argument: ({ open }) => words(open + 1, endOfValue(tokens, end, open + 1)),
    valueOf(name, index) {
      const known = variables.findLast(
        (variable) => variable.name === name && variable.to <= index && owner(variable.at) === owner(index),
      );
      return known === undefined ? undefined : words(known.from, known.to);
    },
    isProse: (index) => prose.some(([from, to]) => from < index && index < to),
  };
}

function matchBrackets(tokens: Token[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== "sign") continue;
    if (/^([([{]|\$\{)$/.test(text)) open.push(index);
    else if (/^[)\]}]$/.test(text)) {
      const opened = open.pop();
      if (opened !== undefined) closing.set(opened, index);
    }
  }
  return closing;
}

/** Index of the comma or bracket that ends the value that begins at `from`. */
export function endOfValue(tokens: Token[], end: (open: number) => number, from: number): number {
  let at = from;
  while (at < tokens.length && !(tokens[at]?.kind === "sign" && /^[,)\]};]$/.test(tokens[at]?.text ?? ""))) {
    const { kind, text } = tokens[at] ?? { kind: "sign", text: "" };
    at = kind === "sign" && /^([([{]|\$\{)$/.test(text) ? end(at) + 1 : at + 1;
  }
  return at;
}

/** Top-level functions and constants that hold one, with the range of their tokens. */
function findFunctions(tokens: Token[], end: (open: number) => number) {
  const found: { name: string; from: number; to: number }[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const text = tokens[at]?.text ?? "";
    const name = tokens[at + 1]?.text ?? "";
    const from = at;
    if (tokens[at]?.kind === "sign" && /^[([{]$/.test(text)) at = end(at);
    else if (text === "function") {
      at = endOfFunction(tokens, end, at);
      found.push({ name, from, to: at });
    } else if (text === "const" && tokens[at + 2]?.text === "=") {
      at = endOfValue(tokens, end, at + 3);
      if (tokens.slice(from, at).some((token) => token.text === "=>")) found.push({ name, from, to: at });
    }
  }
  return found;
}

/** Index of the brace that ends a function's body. Braces of its return type come first: something goes on behind them. */
function endOfFunction(tokens: Token[], end: (open: number) => number, from: number): number {
  const parameters = tokens.findIndex((token, index) => index > from && token.text === "(");
  for (let at = end(parameters) + 1; at < tokens.length; at++) {
    if (tokens[at]?.text !== "{") continue;
    at = end(at);
    if (!/^[>|&[,]$/.test(tokens[at + 1]?.text ?? "")) return at;
  }
  return tokens.length - 1;
}

/** Every `const NAME = …` and `let NAME = …`: the index of the name, and the range of its first value. */
function findVariables(tokens: Token[], end: (open: number) => number) {
  return tokens.flatMap((token, index) => {
    const [name, equals] = tokens.slice(index + 1, index + 3);
    if (!/^(const|let)$/.test(token.text) || name?.kind !== "name" || equals?.text !== "=") return [];
    return [{ name: name.text, at: index + 1, from: index + 3, to: endOfValue(tokens, end, index + 3) }];
  });
}

function findConstants(tokens: Token[]): [string, string][] {
  return tokens.flatMap((token, at): [string, string][] => {
    const [name, equals, value, after] = tokens.slice(at + 1, at + 5);
    const isText = value?.kind === "string" || (value?.kind === "template" && after?.text !== "${");
    return token.text === "const" && equals?.text === "=" && name && value && isText ? [[name.text, value.value]] : [];
  });
}

function findImports(tokens: Token[]): CheckSource["imports"] {
  return tokens.flatMap((token, at) => {
    if (token.text !== "import" || tokens[at + 1]?.text === ".") return [];
    const from = tokens.findIndex((other, index) => index > at && other.kind === "string");
    const words = tokens.slice(at + 1, from);
    const names = words.flatMap(({ kind, text }, index) => {
      if (kind !== "name" || /^(as|from|type)$/.test(text) || words[index - 1]?.text === "as") return [];
      const local = words[index + 1]?.text === "as" ? (words[index + 2]?.text ?? text) : text;
      return [{ imported: text, local }];
    });
    return from < 0 ? [] : [{ module: tokens[from]?.value ?? "", names, at }];
  });
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
