import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { YamlAnswer, YamlEntry, YamlNode, YamlProblem } from "./node.ts";

/**
 * Aliases in one file, and values after expanding them. A stack of ten services has some 500 values; Compose needs 1 s
 * for 10,000 of them.
 */
const MAX_ALIASES = 100;
const MAX_EXPANDED = 5_000;

const PLAIN_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq|merge)$/;

class TooMuch extends Error {}
class NoAnchor extends Error {
  readonly offset: number;

  constructor(name: string, offset: number) {
    super(`there is no anchor \`&${name}\` above this alias`);
    this.offset = offset;
  }
}

/**
 * Parses one YAML text as Compose would, but stricter: one document, unique keys, no tags of its own, bounded aliases.
 * The parser is quadratic on some inputs and can end the process on others, so this runs in a process of its own.
 */
export function readDocument(text: string): YamlAnswer {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    // The parser compares each key with all before it; `findDuplicates` takes a set.
    uniqueKeys: false,
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [first, second] = documents;
  if (!Array.isArray(documents) || first === undefined) {
    return { root: undefined, problems: [{ code: "schema.empty", args: {}, line: 0, column: 0 }] };
  }
  const problems: YamlProblem[] = [];
  for (const error of documents.flatMap((document) => document.errors)) {
    const problem = toProblem(error, documents, text, at);
    // After one error of syntax the parser is lost, and the next ones name things that are right.
    const known = problems.some(({ code }) => code === "yaml.syntax");
    if (problem.code !== "yaml.syntax" || !known) problems.push(problem);
  }
  if (second !== undefined) {
    problems.push({ code: "yaml.one-document", args: {}, ...at(startOfSecond(first, text)) });
  }
  problems.push(...findDuplicates(first, at), ...findTags(first, text, at));
  if (problems.length > 0) return { root: undefined, problems: problems.slice(0, 10) };
  if (first.contents === null || (isScalar(first.contents) && first.contents.value === null)) {
    return { root: undefined, problems: [{ code: "schema.empty", args: {}, line: 0, column: 0 }] };
  }
  return expand(first, at);
}

type At = (offset: number) => { line: number; column: number };

function toProblem(error: YAMLError, documents: readonly Document[], text: string, at: At): YamlProblem {
  const place = at(error.pos[0]);
  if (error.code === "TAG_RESOLVE_FAILED") {
    return { code: "yaml.tags", args: { tag: text.slice(...error.pos).split(/\s/)[0] ?? "" }, ...place };
  }
  const problem = error.message.split("\n")[0] ?? "";
  // The parser notices at the end of the text; the quote is where a reader starts.
  const open = /^Missing closing .quote/.test(problem) ? openQuote(documents, error.pos[0]) : undefined;
  return { code: "yaml.syntax", args: { problem }, ...(open === undefined ? place : at(open)) };
}

/** Where the quoted scalar begins that runs up to `end`. */
function openQuote(documents: readonly Document[], end: number): number | undefined {
  let start: number | undefined;
  for (const document of documents) {
    visit(document, {
      Scalar(_key, { type, range }) {
        if (type?.startsWith("QUOTE_") && range && range[0] < end && range[1] >= end) start = range[0];
      },
    });
  }
  return start;
}

function startOfSecond(first: Document, text: string): number {
  const from = first.range?.[2] ?? 0;
  const marker = text.slice(Math.max(0, from - 4)).search(/^---/m);
  return marker < 0 ? from : Math.max(0, from - 4) + marker;
}

function findDuplicates(document: Document, at: At): YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Map(_key, map) {
      const known = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const text = keyText(key.value);
        if (known.has(text)) problems.push({ code: "yaml.duplicate", args: { key: text }, ...at(key.range?.[0] ?? 0) });
        known.add(text);
      }
    },
  });
  return problems;
}

function findTags(document: Document, text: string, at: At): YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) return;
      if (node.tag !== undefined && !PLAIN_TAG.test(node.tag)) {
        problems.push({ code: "yaml.tags", args: { tag: node.tag }, ...at(tagStart(text, node.range?.[0] ?? 0)) });
      }
    },
  });
  return problems;
}

/** A node's range begins behind its tag. */
function tagStart(text: string, offset: number): number {
  const start = text.lastIndexOf("!", offset);
  // A tag may begin with two exclamation marks.
  return start < 0 ? offset : text[start - 1] === "!" ? start - 1 : start;
}

function expand(document: Document, at: At): YamlAnswer {
  let firstAlias: number | undefined;
  let aliases = 0;
  visit(document, {
    Alias(_key, node) {
      aliases++;
      firstAlias ??= node.range?.[0] ?? 0;
    },
  });
  const tooMuch = (found: string, limit: number): YamlAnswer => ({
    root: undefined,
    problems: [{ code: "yaml.aliases", args: { found, limit }, ...at(firstAlias ?? 0) }],
  });
  if (aliases > MAX_ALIASES) return tooMuch(`${aliases} aliases`, MAX_ALIASES);
  try {
    return { root: build(document, at), problems: [] };
  } catch (error) {
    if (error instanceof NoAnchor) {
      const problem: YamlProblem = { code: "yaml.syntax", args: { problem: error.message }, ...at(error.offset) };
      return { root: undefined, problems: [problem] };
    }
    if (error instanceof TooMuch) return tooMuch(error.message, MAX_EXPANDED);
    throw error;
  }
}

function build(document: Document, at: At): YamlNode {
  let count = 0;
  const open = new Set<Node>();

  const convert = (node: unknown): YamlNode => {
    if (++count > MAX_EXPANDED) throw new TooMuch(`more than ${MAX_EXPANDED} values`);
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) throw new NoAnchor(node.source, node.range?.[0] ?? 0);
      if (open.has(target)) throw new TooMuch(`\`${node.source}\` contains itself`);
      return convert(target);
    }
    if (isMap(node)) {
      open.add(node);
      const entries = convertEntries(node);
      open.delete(node);
      return { kind: "map", entries, ...at(node.range?.[0] ?? 0) };
    }
    if (isSeq(node)) {
      open.add(node);
      const items = node.items.map(convert);
      open.delete(node);
      return { kind: "list", items, ...at(node.range?.[0] ?? 0) };
    }
    if (isScalar(node)) return { kind: "scalar", value: plainValue(node.value), ...at(node.range?.[0] ?? 0) };
    return { kind: "scalar", value: null, line: 1, column: 1 };
  };

  const convertEntries = (map: YAMLMap): YamlEntry[] => {
    const own: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const pair of map.items as Pair[]) {
      const keyNode = isAlias(pair.key) ? pair.key.resolve(document) : pair.key;
      const key = isScalar(keyNode) ? keyText(keyNode.value) : JSON.stringify(keyNode);
      const value = convert(pair.value);
      if (key === "<<") {
        const sources = value.kind === "list" ? value.items : [value];
        for (const source of sources) if (source.kind === "map") merged.push(...source.entries);
        continue;
      }
      const range = isNode(pair.key) ? pair.key.range : map.range;
      own.push({ key, value, ...at(range?.[0] ?? 0) });
    }
    const entries = new Map<string, YamlEntry>();
    for (const entry of [...own, ...merged]) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return [...entries.values()];
  };

  return convert(document.contents);
}

function keyText(value: unknown): string {
  return typeof value === "symbol" ? (value.description ?? "<<") : String(value);
}

function plainValue(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return typeof value === "symbol" ? (value.description ?? null) : String(value);
}
