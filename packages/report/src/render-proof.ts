import type { CheckOutcome } from "@compose-labs/lab";
import { neutraliseDocument } from "./neutralise.ts";
import { closePage, type Ink, openPage, type Page, type PageOptions } from "./page.ts";
import { caseTitle, isAsItMustBe, mayFailElsewhere, type ProofCase, type ProofReport } from "./proof.ts";
import { measure, padEnd, padStart, truncate, wrap } from "./text-width.ts";
import { formatDuration } from "./wording.ts";

const KEYS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** `a` … `Z`, `aa`, `ab` …: the column of a check in the table. */
export function columnKey(index: number): string {
  const letter = KEYS.charAt(index % KEYS.length);
  return index < KEYS.length ? letter : columnKey(Math.floor(index / KEYS.length) - 1) + letter;
}

const PLAIN: Record<CheckOutcome, string> = { passed: ".", failed: "x", blocked: "-", fault: "f", "not-run": " " };

/** One letter for what a check did with a case; capital and signs for what matters. */
function cell(entry: ProofCase, id: string): { mark: string; ink: Ink | undefined } {
  const outcome = entry.outcomes[id];
  if (outcome === undefined) return { mark: " ", ink: undefined };
  const expected = entry.kills.includes(id);
  if (outcome === "failed") {
    if (expected) return { mark: "K", ink: "passed" };
    return entry.kind === "starter" || mayFailElsewhere(entry)
      ? { mark: "x", ink: undefined }
      : { mark: "!", ink: "failed" };
  }
  if (expected && !(outcome === "blocked" && mayFailElsewhere(entry))) {
    return { mark: outcome === "fault" ? "f" : "?", ink: "failed" };
  }
  if (outcome === "blocked" && (entry.kind === "reference" || entry.kind === "alternative")) {
    return { mark: "!", ink: "failed" };
  }
  return { mark: PLAIN[outcome], ink: outcome === "fault" ? "fault" : "faint" };
}

function caseName(entry: ProofCase): string {
  const name = caseTitle(entry);
  return entry.verdict === "graded" ? name : `${name} (${entry.verdict})`;
}

function drawTable(page: Page, proof: ProofReport): string[] {
  const { ellipsis } = page.glyphs;
  const keys = proof.checks.map((_, index) => columnKey(index));
  const cellWidth = Math.max(...keys.map(measure)) + 1;
  const tail = 2 + 5 + 2 + 7;
  const longest = Math.max(...proof.cases.map((entry) => measure(caseName(entry))));
  const nameWidth = Math.min(longest, Math.max(24, page.width - 2 - tail - proof.checks.length * cellWidth));
  const perTable = Math.max(1, Math.floor((page.width - 2 - nameWidth - tail) / cellWidth));
  const lines: string[] = [];
  for (let from = 0; from < proof.checks.length; from += perTable) {
    if (from > 0) lines.push("");
    const slice = proof.checks.slice(from, from + perTable);
    const head = keys.slice(from, from + perTable).map((key) => padStart(key, cellWidth));
    lines.push(`  ${" ".repeat(nameWidth)}${page.paint("faint", head.join(""))}`);
    for (const entry of proof.cases) {
      const cells = slice.map(({ id }) => {
        const { mark, ink } = cell(entry, id);
        const padded = padStart(mark, cellWidth);
        return ink === undefined ? padded : page.paint(ink, padded);
      });
      const word = padEnd(entry.ok ? "ok" : "WRONG", 5);
      const name = padEnd(truncate(caseName(entry), nameWidth, ellipsis), nameWidth);
      const time = padStart(formatDuration(entry.ms), 7);
      const verdict = page.paint(entry.ok ? "passed" : "failed", word);
      lines.push(`  ${name}${cells.join("")}  ${verdict}  ${page.paint("faint", time)}`);
    }
  }
  return lines;
}

const MARKS = [
  ["K", "killed as it must be"],
  [".", "passed"],
  ["-", "blocked"],
  ["x", "failed"],
  ["?", "must fail and did not"],
  ["!", "must not fail and did"],
  ["f", "fault"],
] as const;

function drawLegend(page: Page, proof: ProofReport): string[] {
  const used = new Set(proof.cases.flatMap((entry) => proof.checks.map(({ id }) => cell(entry, id).mark)));
  const marks = MARKS.filter(([mark]) => used.has(mark)).map(([mark, text]) => `${mark} = ${text}`);
  const width = Math.max(...proof.checks.map((_, index) => measure(columnKey(index))));
  const indent = " ".repeat(width + 4);
  const checks = proof.checks.flatMap(({ id, title }, index) =>
    wrap(`${id}: ${title}`, page.width - width - 4).map((line, row) =>
      row === 0 ? `  ${padEnd(columnKey(index), width)}  ${line}` : indent + line,
    ),
  );
  return [...wrap(marks.join(", "), page.width - 2).map((line) => page.paint("faint", `  ${line}`)), "", ...checks];
}

function drawProblems(page: Page, proof: ProofReport): string[] {
  const problems = proof.cases.flatMap((entry) => {
    if (entry.ok) return [];
    const head = page.paint("failed", truncate(caseName(entry), page.width - 2, page.glyphs.ellipsis));
    const problem = wrap(entry.problem ?? "did not come out as it must", page.width - 4);
    return ["", `  ${head}`, ...problem.map((line) => `    ${line}`)];
  });
  const unkilled = proof.unkilled.flatMap((id) =>
    wrap(`No mutant kills ${id}: add one that does, or nobody knows whether the check can fail.`, page.width - 2),
  );
  const flakes = proof.flakes.flatMap((flake) =>
    wrap(
      `${flake.check} is flaky with ${flake.case}: ${flake.outcomes.join(", ")}. Find what the check does not wait for.`,
      page.width - 2,
    ),
  );
  const tail = [...unkilled, ...flakes].map((line) => `  ${line}`);
  return tail.length === 0 ? problems : [...problems, "", ...tail];
}

/** The proof of one lab: its cases by its checks, what is wrong with them, and the verdict. */
export function renderProof(proof: ProofReport, options: PageOptions): string {
  const page = openPage(options);
  const clean = neutraliseDocument(proof, { ascii: !page.unicode });
  const wrong = clean.cases.filter((entry) => !entry.ok).length;
  const right = isAsItMustBe(clean);
  const parts = [
    right ? (clean.left === 0 ? "proven" : "no proof yet") : "NOT PROVEN",
    `${clean.cases.length} ${clean.cases.length === 1 ? "case" : "cases"}, ${wrong === 0 ? "all as they must be" : `${wrong} wrong`}`,
    ...(clean.left === 0 ? [] : [`${clean.left} not asked for`]),
    ...(clean.unkilled.length === 0 ? [] : [`checks without a mutant: ${clean.unkilled.length}`]),
    ...(clean.repeats === 1 ? [] : [`${clean.repeats} repeats, ${clean.flakes.length} flaky`]),
    formatDuration(clean.ms),
  ];
  const summary = wrap(parts.join(`  ${page.glyphs.dot}  `), page.width);
  return closePage([
    ...wrap(`${clean.lab.title}  (${clean.lab.slug})`, page.width).map((line) => page.paint("strong", line)),
    "",
    ...drawTable(page, clean),
    "",
    ...drawLegend(page, clean),
    ...drawProblems(page, clean),
    "",
    ...summary.map((line) => page.paint(right ? "passed" : "failed", line)),
  ]);
}
