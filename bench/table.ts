import { type Figure, isMet, median, ratioOf } from "./figure.ts";

const HEAD = ["figure", "ours", "(min-max)", "baseline", "(min-max)", "ratio", "target", ""];

/** The figures as a plain table, a line each. */
export function renderFigures(figures: Figure[]): string {
  const rows = [HEAD, ...figures.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function rowOf(figure: Figure): string[] {
  const { baseline, target } = figure;
  const ratio = ratioOf(figure);
  return [
    baseline === undefined ? figure.name : `${figure.name} | ${baseline.name}`,
    time(median(figure.ours)),
    range(figure.ours),
    baseline === undefined ? "-" : time(median(baseline.samples)),
    baseline === undefined ? "" : range(baseline.samples),
    ratio === undefined ? "-" : ratio.toFixed(2),
    "ms" in target ? `<= ${time(target.ms)}` : `<= ${target.ratio.toFixed(2)}x`,
    isMet(figure) ? "met" : "NOT MET",
  ];
}

function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function range(samples: number[]): string {
  return `(${time(Math.min(...samples))}-${time(Math.max(...samples))})`;
}

/** What `--json` prints of each figure. */
export function describeFigure(figure: Figure) {
  const { name, ours, baseline, target } = figure;
  return { name, unit: "ms", ours, baseline, median: median(ours), ratio: ratioOf(figure), target, met: isMet(figure) };
}
