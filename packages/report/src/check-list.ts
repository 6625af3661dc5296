import type { CheckOutcome, CheckResult, Result } from "@compose-labs/lab";
import type { Ink, Page } from "./page.ts";
import { measure, padEnd, padStart, wrap } from "./text-width.ts";
import { explainBlocked } from "./wording.ts";

const SHOWN: Record<CheckOutcome, { word: string; ink: Ink }> = {
  passed: { word: "passed", ink: "passed" },
  failed: { word: "FAILED", ink: "failed" },
  blocked: { word: "blocked", ink: "blocked" },
  fault: { word: "FAULT", ink: "fault" },
  "not-run": { word: "not run", ink: "faint" },
};

/** Every check in the lab's order: outcome, points, title; what is blocked says by what. */
export function drawChecks(page: Page, { checks }: Pick<Result, "checks">): string[] {
  const points = (check: CheckResult) => `${check.earned}/${check.points}`;
  const pointsWidth = Math.max(...checks.map((check) => measure(points(check))));
  const indent = 2 + 7 + 2 + pointsWidth + 2;
  const hang = " ".repeat(indent);
  return checks.flatMap((check) => {
    const { word, ink } = SHOWN[check.outcome];
    const head = `  ${page.paint(ink, padEnd(word, 7))}  ${padStart(points(check), pointsWidth)}  `;
    const lines = wrap(check.title, page.width - indent).map((line, index) => (index === 0 ? head : hang) + line);
    if (check.outcome !== "blocked") return lines;
    const why = wrap(explainBlocked(check, checks), page.width - indent);
    return [...lines, ...why.map((line) => hang + page.paint("faint", line))];
  });
}
