import { neutralise } from "@compose-labs/report";
import type { HostileCase } from "./cases-file.ts";
import type { Judgement } from "./judge.ts";

/** One case with what became of it; `--json` prints these. */
export interface Row {
  name: string;
  expect: HostileCase["expect"];
  rule: string;
  at: string | undefined;
  got: Judgement["got"];
  code: string;
  place: string;
  seconds: number;
  leftovers: readonly string[];
  problems: readonly string[];
  /** Parts of the case's harness that the runner does not understand. */
  notSetUp: readonly string[];
  ok: boolean;
}

export const headOf = (names: readonly string[]): string =>
  line(names, ["case", "expected", "got", "code", "place", "seconds", "left", ""]);

/** One row, and below it what is wrong. */
export function renderRow(row: Row, names: readonly string[]): string {
  const state = row.ok ? "" : "DIFFERS";
  const cells = [row.name, row.expect, row.got, row.code, row.place, row.seconds.toFixed(1)];
  const more = [...row.problems, ...row.notSetUp.map((part) => `harness not understood: ${part}`)];
  const own = line(names, [...cells, String(row.leftovers.length), state]);
  return [own, ...more.map((text) => `    ${text}`)].map((text) => neutralise(text).replaceAll("\n", " ")).join("\n");
}

function line(names: readonly string[], cells: string[]): string {
  const widths = [Math.max(4, ...names.map((name) => name.length)), 8, 9, 26, 22, 7, 4];
  return cells
    .map((cell, column) =>
      column === 5 || column === 6 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    .join("  ")
    .trimEnd();
}

export function renderSummary(rows: readonly Row[], seconds: number): string {
  const passed = rows.filter(({ ok }) => ok).length;
  const failed = rows.filter(({ ok }) => !ok).map(({ name }) => name);
  const names = failed.length === 0 ? "" : `\ndiffering: ${failed.join(" ")}`;
  return `${passed} of ${rows.length} cases as expected; ${Math.round(seconds)} s${names}`;
}
