import { type MutantOutcome, type MutationReport, mutationScore } from "./mutation.ts";
import { neutraliseDocument } from "./neutralise.ts";
import { closePage, openPage, type Page, type PageOptions } from "./page.ts";
import { columnKey } from "./render-proof.ts";
import { measure, padEnd, padStart, truncate, wrap } from "./text-width.ts";
import { formatDuration } from "./wording.ts";

/** The mutants of one lab: operators by checks, the score, and each survivor with what it would mean. */
export function renderMutation(report: MutationReport, options: PageOptions): string {
  const page = openPage(options);
  const clean = neutraliseDocument(report, { ascii: !page.unicode });
  const title = wrap(`${clean.lab.title}  (${clean.lab.slug})`, page.width).map((line) => page.paint("strong", line));
  const body = clean.mutants.length === 0 ? [] : ["", ...drawTable(page, clean), "", ...drawLegend(page, clean)];
  return closePage([
    ...title,
    ...body,
    ...drawSurvivors(page, clean),
    ...drawFaults(page, clean),
    "",
    ...close(page, clean),
  ]);
}

const COUNTS = ["made", "refused", "lived"] as const;

function drawTable(page: Page, { mutants, checks }: MutationReport): string[] {
  const operators = [...new Set(mutants.map(({ operator }) => operator))];
  const nameWidth = Math.max(...operators.map(measure));
  const perTable = Math.max(1, Math.floor((page.width - 2 - nameWidth - COUNTS.length * 8) / 3));
  const lines: string[] = [];
  for (let from = 0; from < Math.max(1, checks.length); from += perTable) {
    if (from > 0) lines.push("");
    const slice = checks.slice(from, from + perTable);
    const head = [
      ...COUNTS.map((word) => padStart(word, 8)),
      ...slice.map((_, index) => padStart(columnKey(from + index), 3)),
    ];
    lines.push(`  ${" ".repeat(nameWidth)}${page.paint("faint", head.join(""))}`);
    for (const operator of operators) {
      const own = mutants.filter((mutant) => mutant.operator === operator);
      const count = (status: MutantOutcome["status"]) => own.filter((mutant) => mutant.status === status).length;
      const survived = padStart(shown(count("survived")), 8);
      const kills = slice.map(({ id }) =>
        padStart(shown(own.filter(({ killedBy }) => killedBy.includes(id)).length), 3),
      );
      lines.push(
        `  ${padEnd(operator, nameWidth)}${padStart(`${own.length}`, 8)}${padStart(shown(count("refused")), 8)}` +
          `${count("survived") > 0 ? page.paint("failed", survived) : survived}${kills.join("")}`,
      );
    }
  }
  return lines;
}

const shown = (count: number): string => (count === 0 ? "." : String(count));

function drawLegend(page: Page, { checks }: MutationReport): string[] {
  const width = Math.max(1, ...checks.map((_, index) => measure(columnKey(index))));
  return checks.map(({ id, title }, index) =>
    truncate(`  ${padEnd(columnKey(index), width)}  ${id}: ${title}`, page.width, page.glyphs.ellipsis),
  );
}

function drawSurvivors(page: Page, { mutants }: MutationReport): string[] {
  return mutants
    .filter(({ status }) => status === "survived")
    .flatMap((mutant) => [
      "",
      ...wrap(`survived: ${mutant.id}`, page.width - 2).map((line) => `  ${page.paint("failed", line)}`),
      ...wrap(`${sentence(mutant.title)} ${mutant.meaning}`, page.width - 4).map((line) => `    ${line}`),
      ...mutant.difference
        .trimEnd()
        .split("\n")
        .map((line) => `    ${line}`),
    ]);
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function drawFaults(page: Page, { mutants }: MutationReport): string[] {
  return mutants
    .filter(({ status }) => status === "fault")
    .flatMap((mutant) => [
      "",
      ...wrap(`no verdict: ${mutant.id}`, page.width - 2).map((line) => `  ${page.paint("fault", line)}`),
      ...wrap(`${mutant.problem ?? ""} [${mutant.codes.join(", ")}]`, page.width - 4).map((line) => `    ${line}`),
    ]);
}

function close(page: Page, report: MutationReport): string[] {
  const { mutants, equivalent, left, lab, threshold } = report;
  const score = mutationScore(report);
  const count = (status: MutantOutcome["status"]) => mutants.filter((mutant) => mutant.status === status).length;
  const killed = count("killed") + count("refused");
  const resumed = mutants.filter((mutant) => mutant.resumed).length;
  const parts = [
    score === undefined ? "no score" : `score ${(Math.floor(score * 10) / 10).toFixed(1)} %`,
    `${killed} of ${killed + count("survived")} mutants killed (${count("refused")} refused)`,
    ...(count("fault") === 0 ? [] : [`${count("fault")} without a verdict`]),
    ...(equivalent.length === 0 ? [] : [`${equivalent.length} equivalent`]),
    ...(left === 0 ? [] : [`${left} not asked for`]),
    ...(resumed === 0 ? [] : [`${resumed} known from before`]),
    formatDuration(report.ms),
  ];
  const enough = score !== undefined && score >= threshold && count("fault") === 0;
  const next = [
    ...(score !== undefined && score < threshold ? [`At least ${threshold} % must be killed.`] : []),
    ...(count("survived") === 0
      ? []
      : [
          `Look at one with \`grader mutate ${lab.slug} --show ID\`; then sharpen a check, or name it in \`equivalent\` of mutants.yaml.`,
        ]),
    ...(count("fault") === 0 ? [] : ["The same command tries again those without a verdict, and only those."]),
  ];
  return [
    ...wrap(parts.join(`  ${page.glyphs.dot}  `), page.width).map((line) =>
      page.paint(enough ? "passed" : "failed", line),
    ),
    ...next.flatMap((line) => wrap(line, page.width)),
  ];
}
