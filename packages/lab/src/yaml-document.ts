import { readFile } from "node:fs/promises";
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
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
export async function readYamlFile<S extends z.ZodType>(
  path: string,
  shownAs: string,
  schema: S,
): Promise<YamlFile<z.infer<S>>> {
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
export function parseYaml<S extends z.ZodType>(text: string, file: string, schema: S): YamlFile<z.infer<S>> {
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
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path ?? [];
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    const at = unknown === undefined ? path : [...path, unknown];
    const name = at.length > 0 ? `\`${at.map(String).join(".")}\`: ` : "";
    throw usageError("YAML_SCHEMA", `${name}${issue?.message ?? "the value does not fit the schema"}`, {
      place: place(at),
      hint:
        unknown === undefined
          ? "Change the value; docs/authoring.md lists every key."
          : "Remove the key or correct its spelling; docs/authoring.md lists every key.",
    });
  }
  return { value: parsed.data, place };
}

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
