import type { CheckOutcome, CheckResult, Result } from "@compose-labs/lab";
import type { Ink, Page } from "./page.ts";
import { measure, padEnd, padStart, wrap } from "./text-width.ts";

const SHOWN: Record<CheckOutcome, { word: string; ink: Ink }> = {
  passed: { word: "passed", ink: "passed" },
  failed: { word: "FAILED", ink: "failed" },
  blocked: { word: "blocked", ink: "blocked" },
  fault: { word: "FAULT", ink: "fault" },
  "not-run": { word: "not run", ink: "faint" },
};

/** `2.1 s`, `340 ms`. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The check at the root of a chain of blocked ones. */
function rootOf(check: CheckResult, checks: CheckResult[]): CheckResult | undefined {
  const seen = new Set<CheckResult>();
  let current: CheckResult | undefined = check;
  while (current?.blockedBy !== undefined && !seen.has(current)) {
    seen.add(current);
    const wanted: string = current.blockedBy;
    current = checks.find((other) => other.id === wanted);
  }
  return current;
}

function explainBlocked(check: CheckResult, checks: CheckResult[]): string {
  const root = rootOf(check, checks);
  if (check.blockedBy === undefined || root === undefined) return "not tried: a check that it needs did not pass";
  const via = root.id === check.blockedBy ? "" : ` (by way of ${check.blockedBy})`;
  const why = { failed: "failed", fault: "could not be decided", "not-run": "was not run" };
  return `not tried: needs ${root.id}, which ${why[root.outcome as keyof typeof why] ?? "did not pass"}${via}`;
}

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
