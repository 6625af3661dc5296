import type { CheckOutcome, Result } from "@compose-labs/lab";
import { formatDuration } from "./check-list.ts";
import { commandField, field } from "./field.ts";
import type { Ink, Page } from "./page.ts";
import { wrap } from "./text-width.ts";

const COUNTED: [CheckOutcome, string][] = [
  ["passed", "passed"],
  ["failed", "failed"],
  ["blocked", "blocked"],
  ["fault", "undecided"],
  ["not-run", "not run"],
];

function countOutcomes({ checks }: Result): string {
  return COUNTED.flatMap(([outcome, word]) => {
    const count = checks.filter((check) => check.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${word}`];
  }).join(", ");
}

/** The verdict in one line of text, with the colour it deserves. */
function sumUp(result: Result): { ink: Ink; text: string } {
  const { verdict, score, maxScore, timings } = result;
  const took = timings.total === undefined ? "" : ` in ${formatDuration(timings.total)}`;
  if (verdict === "fault") {
    return { ink: "fault", text: `No score, and no points lost: the run could not be finished` };
  }
  if (verdict === "refused") {
    const count = result.findings.filter((finding) => finding.severity === "refuse").length;
    const places = count === 1 ? "1 place" : `${count} places`;
    return { ink: "failed", text: `Refused${took}, nothing was started: ${places} to change` };
  }
  if (verdict === "not-run") return { ink: "passed", text: `Nothing is refused${took}; nothing was started or graded` };
  const points = `${score ?? 0} of ${maxScore} points`;
  if (result.partial) return { ink: "blocked", text: `${points} (partial)${took}` };
  return { ink: score === maxScore ? "passed" : "failed", text: `${points}${took}` };
}

/** What a student edition cannot say anything about. */
function hiddenText({ checks }: Result, { checks: hidden, points }: NonNullable<Result["hidden"]>): string {
  return `${hidden} of ${checks.length + hidden} checks (${points} points) run only on submission.`;
}

function drawTimes(page: Page, timings: Result["timings"]): string[] {
  const phases = Object.entries(timings).filter(([phase, ms]) => phase !== "total" && ms >= 50);
  if (phases.length === 0) return [];
  return field(page, "time", phases.map(([phase, ms]) => `${phase} ${formatDuration(ms)}`).join(", "));
}

function drawStandIns(page: Page, standIns: string[]): string[] {
  if (standIns.length === 0) return [];
  const [verb, whose] = standIns.length === 1 ? ["is a stand-in", "image"] : ["are stand-ins", "images"];
  return field(page, "images", `${standIns.join(", ")} ${verb} made from Debian packages, not the published ${whose}`);
}

/** The last lines of a report, those that a terminal shows without scrolling: verdict, points, time, how to repeat it. */
export function drawClosing(page: Page, result: Result, options: { brief: boolean }): string[] {
  const { ink, text } = sumUp(result);
  const verdict = wrap(text, page.width - 1);
  const lines = [
    page.paint("faint", page.glyphs.rule.repeat(page.width)),
    ...verdict.map((line) => page.paint(ink, line)),
  ];
  if (result.partial) {
    lines.push(
      ...wrap("Only a part was checked, or the run was interrupted: no mark can be derived from it.", page.width - 1),
    );
  }
  if (result.hidden !== undefined) lines.push(...wrap(hiddenText(result, result.hidden), page.width - 1));
  if (options.brief) return lines;
  const tried = result.verdict !== "refused" && result.verdict !== "not-run";
  if (tried) lines.push(...field(page, "checks", countOutcomes(result)));
  if (result.retriedAfter !== undefined) lines.push(...field(page, "again", `after ${result.retriedAfter.message}`));
  lines.push(...drawTimes(page, result.timings), ...drawStandIns(page, result.environment.standIns));
  if (!tried) return lines;
  return [...lines, ...commandField(page, "repeat", `grader check ${result.lab.id} --seed ${result.seed}`)];
}
