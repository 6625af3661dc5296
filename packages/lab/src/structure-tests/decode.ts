import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair } from "yaml";
import { type LabError, usageError } from "../errors.ts";
import type { Place } from "../place.ts";
import { closest } from "../spelling.ts";

/** What reading a value needs to know of its file. */
export interface Source {
  document: Document;
  place(offset: number): Place;
  /**
   * JSON is read as Go reads it: keys in any case, unknown ones ignored, no value turned into another type.
   * YAML as its library for Go reads it strictly: known keys only, and any plain scalar may stand for text.
   */
  json: boolean;
}

/** Reads one node; `name` says in messages where it stands (`commandTests.0.args`). Throws a usage error with a place. */
export type Decoder<T> = (node: unknown, name: string, source: Source) => T;

export const text: Decoder<string> = (node, name, source) => {
  const value = resolve(node, source);
  if (isNothing(value)) return "";
  if (!isScalar(value)) throw refuse(value, name, "text", source);
  if (typeof value.value === "string") return value.value;
  if (source.json) throw refuse(value, name, "text in quotes", source);
  return value.source ?? String(value.value);
};

export const whole: Decoder<number> = (node, name, source) => {
  const value = resolve(node, source);
  if (isScalar(value) && typeof value.value === "number" && Number.isFinite(value.value)) {
    if (!source.json || Number.isInteger(value.value)) return Math.trunc(value.value);
  }
  throw refuse(value, name, "a whole number", source);
};

export const flag: Decoder<boolean> = (node, name, source) => {
  const value = resolve(node, source);
  if (isScalar(value) && typeof value.value === "boolean") return value.value;
  throw refuse(value, name, "true or false", source);
};

export function listOf<T>(each: Decoder<T>): Decoder<T[]> {
  return (node, name, source) => {
    const value = resolve(node, source);
    if (isNothing(value)) return [];
    if (!isSeq(value)) throw refuse(value, name, "a list", source);
    return value.items.map((item, index) => each(item, `${name}.${index}`, source));
  };
}

type Fields = Record<string, Decoder<unknown>>;
export type Decoded<F extends Fields> = { [K in keyof F]?: F[K] extends Decoder<infer T> ? T : never };

/** A mapping of known keys. What is not written, or null, is not in the answer. */
export function record<F extends Fields>(fields: F): Decoder<Decoded<F>> {
  return (node, name, source) => {
    const value = resolve(node, source);
    if (isNothing(value)) return {};
    if (!isMap(value)) throw refuse(value, name, "a mapping", source);
    const answer: Record<string, unknown> = {};
    for (const pair of mergedPairs(value.items, name, source)) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const known = knownKey(key, fields, source);
      const decode = known === undefined ? undefined : fields[known];
      if (known === undefined || decode === undefined) {
        if (source.json) continue;
        throw unknownKey(pair, key, name, Object.keys(fields), source);
      }
      if (!isNothing(resolve(pair.value, source))) answer[known] = decode(pair.value, join(name, known), source);
    }
    return answer as Decoded<F>;
  };
}

function knownKey(key: string, fields: Fields, source: Source): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return source.json ? Object.keys(fields).find((known) => known.toLowerCase() === key.toLowerCase()) : undefined;
}

/** The pairs of a mapping after those of its merge key, which they replace. */
function mergedPairs(items: Pair[], name: string, source: Source): Pair[] {
  const merged = items.flatMap((pair) => {
    if (source.json || !isMergeKey(pair)) return [];
    const value = resolve(pair.value, source);
    return (isSeq(value) ? value.items.toReversed() : [value]).flatMap((entry) => {
      const map = resolve(entry, source);
      if (!isMap(map)) throw refuse(map, join(name, "<<"), "a mapping", source);
      return mergedPairs(map.items, name, source);
    });
  });
  return [...merged, ...items.filter((pair) => source.json || !isMergeKey(pair))];
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && (key.value === "<<" || typeof key.value === "symbol");
}

function resolve(node: unknown, { document }: Source): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function join(name: string, key: string): string {
  return name === "" ? key : `${name}.${key}`;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function describe(node: unknown): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  if (!isScalar(node) || isNothing(node)) return "nothing";
  return node.type === "PLAIN" ? (node.source ?? String(node.value)) : JSON.stringify(node.value);
}

function refuse(node: unknown, name: string, expected: string, source: Source): LabError {
  const where = name === "" ? "" : `\`${name}\`: `;
  return usageError("STRUCTURE_FILE", `${where}found ${describe(node)}, expected ${expected}`, {
    place: source.place(offsetOf(node)),
    hint: "Change the value; docs/structure-tests.md lists every key.",
  });
}

function unknownKey(pair: Pair, key: string, name: string, known: string[], source: Source): LabError {
  const near = closest(key, known);
  return usageError(
    "STRUCTURE_FILE",
    `\`${join(name, key)}\`: found a key that is not known here, expected one of ${known.join(", ")}`,
    {
      place: source.place(offsetOf(pair.key)),
      hint: near === undefined ? "Remove the key." : `Did you mean \`${near}\`?`,
    },
  );
}
