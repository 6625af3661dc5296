import type { Check } from "@compose-labs/lab";

type Row = Pick<Check, "id" | "title" | "points">;

/** What a task tells of: a check that is hidden is no more to be told than shown. */
export function shownChecks<T extends Row>(checks: readonly T[]): T[] {
  return checks.filter((check) => !("hidden" in check && check.hidden === true));
}

export interface FoundTable {
  /** 0-based lines of the task: the first, and the one after the last. */
  from: number;
  to: number;
  /** The cells of each row below the header. */
  rows: string[][];
}

const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** The rubric of a task: the table whose first heading is "Check". */
export function findRubric(task: string): FoundTable | undefined {
  const lines = task.split("\n");
  const from = lines.findIndex((line) => /^\s*\|\s*check\s*\|/i.test(line));
  if (from < 0) return undefined;
  const after = lines.findIndex((line, index) => index > from && !/^\s*\|/.test(line));
  const to = after < 0 ? lines.length : after;
  return { from, to, rows: lines.slice(from + 2, to).map(cells) };
}

const toCells = ({ id, title, points }: Row) => [`\`${id}\``, title.replaceAll("|", "\\|"), String(points)];

/** The table as a task has it, line by line. */
export function writeRubric(checks: readonly Row[]): string[] {
  const row = (values: string[]) => `| ${values.join(" | ")} |`;
  return [
    row(["Check", "What must be true", "Points"]),
    "|---|---|---|",
    ...checks.map((check) => row(toCells(check))),
  ];
}

/** The first difference between the table and the checks, in words, or undefined. */
export function compareRubric(found: FoundTable | undefined, checks: readonly Row[]): string | undefined {
  if (found === undefined) return "there is no table whose first heading is Check";
  for (const [index, check] of checks.entries()) {
    const expected = toCells(check);
    const row = found.rows[index];
    if (row === undefined) return `the table ends before ${check.id}`;
    const at = expected.findIndex((cell, column) => row[column] !== cell);
    if (at >= 0 || row.length !== 3) return `row ${index + 1} says "${row.join(" | ")}", not "${expected.join(" | ")}"`;
  }
  const more = found.rows[checks.length];
  return more === undefined ? undefined : `the row "${more.join(" | ")}" belongs to no check`;
}

/** The task with its rubric as the checks are; it is put at the end where there is none. */
export function fixRubric(task: string, all: readonly Row[]): string {
  const checks = shownChecks(all);
  const found = findRubric(task);
  if (compareRubric(found, checks) === undefined) return task;
  if (found === undefined) return `${task.trimEnd()}\n\n## Rubric\n\n${writeRubric(checks).join("\n")}\n`;
  const lines = task.split("\n");
  lines.splice(found.from, found.to - found.from, ...writeRubric(checks));
  return lines.join("\n");
}
