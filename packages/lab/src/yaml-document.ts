import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { usageError } from "./errors.ts";
import type { Place } from "./place.ts";

export interface YamlFile<T> {
  value: T;
  /** The place of a path such as `["images", 0]`, or of its nearest ancestor that is written down. */
  place(path: readonly PropertyKey[]): Place;
}

/**
 * Reads one of the course's own YAML files (lab.yaml, mutants.yaml, images.yaml) against its schema.
 * Throws a usage error with `file:line:column` for a missing file, a syntax error, or the first value the schema refuses.
 */
export async function readYamlFile<S extends v.GenericSchema>(
  path: string,
  shownAs: string,
  schema: S,
): Promise<YamlFile<v.InferOutput<S>>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw usageError("FILE_MISSING", `${shownAs}: found no readable file, expected one`, {
      cause,
      hint: `Create ${shownAs}, or check the folder's name.`,
    });
  }
  return parseYaml(text, shownAs, schema);
}

/** The pure half of `readYamlFile`. */
export function parseYaml<S extends v.GenericSchema>(
  text: string,
  file: string,
  schema: S,
): YamlFile<v.InferOutput<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: true });
  const toPlace = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const syntax = document.errors[0];
  if (syntax) {
    throw usageError(
      "YAML_SYNTAX",
      (syntax.message.split("\n")[0] ?? syntax.message).replace(/ at line \d+, column \d+:?$/, ""),
      {
        place: toPlace(syntax.pos[0]),
        hint: "Correct the YAML at that place.",
      },
    );
  }
  const place = (path: readonly PropertyKey[]) => toPlace(offsetOf(document.contents, path));
  const parsed = v.safeParse(schema, document.toJS({ maxAliasCount: 100 }), { abortEarly: true });
  if (parsed.success) return { value: parsed.output, place };
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map(({ key }) => key as PropertyKey);
  const name = path.length > 0 ? `\`${path.map(String).join(".")}\`: ` : "";
  const unknown = issue.type === "strict_object" && issue.expected === "never";
  throw usageError("YAML_SCHEMA", `${name}${messageOf(issue, unknown)}`, {
    place: place(path),
    hint: unknown
      ? "Remove the key or correct its spelling; docs/authoring.md lists every key."
      : "Change the value; docs/authoring.md lists every key.",
  });
}

/** Sentences of the schemas are kept; the library's own, which name its types, are said in words. */
function messageOf(issue: v.BaseIssue<unknown>, unknown: boolean): string {
  if (unknown) return "found a key that is not known here";
  if (issue.received === "undefined") return "found nothing, expected a value";
  if (issue.type === "check") return issue.message;
  if (issue.message.startsWith("expected ")) return `found ${issue.received}, ${issue.message}`;
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  const expected = issue.expected ?? issue.type;
  if (issue.type === "min_length" || issue.type === "max_length") {
    return `found a length of ${issue.received}, expected ${expected}`;
  }
  if (issue.type === "picklist")
    return `found ${issue.received}, expected one of ${expected.slice(1, -1).replaceAll(" | ", ", ")}`;
  return `found ${issue.received}, expected ${IN_WORDS[expected] ?? expected}`;
}

const IN_WORDS: Record<string, string> = {
  Object: "a mapping",
  Array: "a list",
  string: "text (in quotes where it looks like a number)",
  number: "a number",
  boolean: "true or false",
  integer: "a whole number",
};

function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const key of path) {
    const found = childOf(node, key);
    if (!found) break;
    offset = found.offset;
    node = found.value;
  }
  return offset;
}

function childOf(node: unknown, key: PropertyKey): { offset: number; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    );
    if (!pair || !isScalar(pair.key)) return undefined;
    return { offset: pair.key.range?.[0] ?? 0, value: pair.value };
  }
  const items = (node as { items?: { range?: [number, number, number] }[] } | null)?.items;
  const item = Array.isArray(items) ? items[Number(key)] : undefined;
  return item ? { offset: item.range?.[0] ?? 0, value: item } : undefined;
}
