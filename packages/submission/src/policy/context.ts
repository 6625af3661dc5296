import type { ComposeModel, Manifest } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import type { Places } from "../places.ts";

/** What every rule over the canonical model is given. */
export interface PolicyContext {
  model: ComposeModel;
  manifest: Manifest;
  /** Absolute, real path of the copy. */
  root: string;
  files: readonly string[];
  places: Places;
  report: Report;
  /** Rules that the lab lifts. */
  lifted: ReadonlySet<string>;
}

/** Own-property access by a student's name: `constructor` is a name like any other. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** `[]` for anything that is not a list. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Entries of a mapping, none for anything else. */
export function pairsOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
