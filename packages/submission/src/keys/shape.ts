import type { Place } from "@compose-labs/lab";
import type { FindingCode, Report } from "../finding/finding.ts";
import { likely } from "../text/likely.ts";

/** A path in the model: names and list positions. */
export type ModelPath = readonly (string | number)[];

/**
 * What becomes of a key: `keep` (other rules may look at its value), `drop` (left out, with a note),
 * `silent` (left out without one), `refuse` (whatever its value, unless that is empty or false).
 */
export type KeyRule = { policy: "keep" | "drop" | "silent"; shape?: Shape } | { policy: "refuse"; code: FindingCode };

/** The keys that may stand in one kind of mapping. A key that is not listed is refused. */
export interface Shape {
  /** How a message calls it: "a service". */
  title: string;
  keys?: Readonly<Record<string, KeyRule>>;
  /** For mappings whose keys are names: the shape of each value. */
  each?: Shape;
  /** For lists: the shape of items that are mappings. */
  items?: Shape;
  /** Any key and value: labels, environment, build arguments. */
  free?: boolean;
}

export const keep = (shape?: Shape): KeyRule => (shape === undefined ? { policy: "keep" } : { policy: "keep", shape });
export const drop: KeyRule = { policy: "drop" };
export const silent: KeyRule = { policy: "silent" };
export const refuse = (code: FindingCode): KeyRule => ({ policy: "refuse", code });

/** `{a: keep(), b: keep()}` of a list of names. */
export function each<Rule extends KeyRule>(names: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, rule]));
}

const RESERVED_NAMES = new Set(["__proto__", "constructor", "prototype"]);

/** Absent, empty or false: writing it down changes nothing. */
function isHarmless(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "" || value === "false") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export interface KeyCheck {
  report: Report;
  place: (path: ModelPath) => Place;
  /** Whether dropped keys get a note; they are told once, from the files as written. */
  notes: boolean;
}

/** Walks a value along its shape. The allow-list of every level: what no shape names is refused. */
export function checkKeys(value: unknown, shape: Shape, path: ModelPath, check: KeyCheck): void {
  if (Array.isArray(value)) {
    const { items } = shape;
    if (items !== undefined)
      for (const [index, item] of value.entries()) checkKeys(item, items, [...path, index], check);
    return;
  }
  if (typeof value !== "object" || value === null || shape.free) return;
  const keys = shape.keys;
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, key];
    if (shape.each !== undefined) {
      if (RESERVED_NAMES.has(key)) check.report("names.reserved", { name: key }, check.place(here));
      else checkKeys(inner, shape.each, here, check);
      continue;
    }
    if (keys === undefined || key.startsWith("x-")) continue;
    const rule = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (rule === undefined) reportUnknown(key, shape, here, check);
    else applyRule(rule, key, inner, here, check);
  }
}

function applyRule(rule: KeyRule, key: string, value: unknown, path: ModelPath, check: KeyCheck): void {
  if (rule.policy === "refuse") {
    if (isHarmless(value)) return;
    const name = String(path[1] ?? "");
    check.report(
      rule.code,
      { key, service: name, network: name, volume: name, name, kind: kindOf(path) },
      check.place(path),
    );
    return;
  }
  if (rule.policy === "drop" && check.notes && !isHarmless(value)) {
    check.report("schema.dropped", { path: path.join(".") }, check.place(path));
  }
  if (rule.shape !== undefined) checkKeys(value, rule.shape, path, check);
}

const kindOf = (path: ModelPath): string => String(path[0]).replace(/s$/, "");

function reportUnknown(key: string, shape: Shape, path: ModelPath, check: KeyCheck): void {
  const known = Object.keys(shape.keys ?? {});
  check.report("schema.unknown-key", { key, where: shape.title, likely: likely(key, known) ?? "" }, check.place(path));
}
