import type { CheckOutcome, CheckResult, Result } from "@compose-labs/lab";

/** How a verdict or an outcome is meant, for whatever colours it. */
export type Tone = "passed" | "failed" | "blocked" | "fault";

/** Outcomes in the order in which they are counted, each with its word. */
export const OUTCOME_WORDS: Readonly<Record<CheckOutcome, string>> = {
  passed: "passed",
  failed: "failed",
  blocked: "blocked",
  fault: "undecided",
  "not-run": "not run",
};

export const NO_POINTS_LOST = "No points are lost: this is not your mistake.";

export const NO_MARK = "Only a part was checked, or the run was interrupted: no mark can be derived from it.";

/** `2.1 s`, `340 ms`. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How many checks had each outcome; outcomes that no check had are there with 0. */
export function countOutcomes({ checks }: Pick<Result, "checks">): Record<CheckOutcome, number> {
  const counts = { passed: 0, failed: 0, blocked: 0, fault: 0, "not-run": 0 };
  for (const { outcome } of checks) counts[outcome]++;
  return counts;
}

/** `2 passed, 1 failed`; empty without checks. */
export function outcomesText(result: Pick<Result, "checks">): string {
  const counts = countOutcomes(result);
  return (Object.keys(counts) as CheckOutcome[])
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${OUTCOME_WORDS[outcome]}`)
    .join(", ");
}

/** The verdict in one line of text, which every report shows, with the tone it deserves. */
export function sumUp(result: Result): { tone: Tone; text: string } {
  const { verdict, score, maxScore, timings } = result;
  const took = timings.total === undefined ? "" : ` in ${formatDuration(timings.total)}`;
  if (verdict === "fault") {
    return { tone: "fault", text: `No score, and no points lost: the run could not be finished` };
  }
  if (verdict === "refused") {
    const count = result.findings.filter((finding) => finding.severity === "refuse").length;
    const places = count === 1 ? "1 place" : `${count} places`;
    return { tone: "failed", text: `Refused${took}, nothing was started: ${places} to change` };
  }
  if (verdict === "not-run")
    return { tone: "passed", text: `Nothing is refused${took}; nothing was started or graded` };
  const points = `${score ?? 0} of ${maxScore} points`;
  if (result.partial) return { tone: "blocked", text: `${points} (partial)${took}` };
  return { tone: score === maxScore ? "passed" : "failed", text: `${points}${took}` };
}

/** Whether anything was tried: a refused submission was not, and a list of its checks would say nothing. */
export function wasTried({ verdict }: Pick<Result, "verdict">): boolean {
  return verdict !== "refused" && verdict !== "not-run";
}

/** What a student edition cannot say anything about; undefined if it has every check. */
export function hiddenText({ checks, hidden }: Pick<Result, "checks" | "hidden">): string | undefined {
  if (hidden === undefined) return undefined;
  return `${hidden.checks} of ${checks.length + hidden.checks} checks (${hidden.points} points) run only on submission.`;
}

/** Which images were stand-ins; undefined if none was. */
export function standInsText({ environment: { standIns } }: Pick<Result, "environment">): string | undefined {
  if (standIns.length === 0) return undefined;
  const [verb, whose] = standIns.length === 1 ? ["is a stand-in", "image"] : ["are stand-ins", "images"];
  return `${standIns.join(", ")} ${verb} made from Debian packages, not the published ${whose}`;
}

/** The command that grades the same again. */
export function repeatCommand({ lab, seed }: Pick<Result, "lab" | "seed">): string {
  return `grader check ${lab.id} --seed ${seed}`;
}

/** The command that shows a failure: the diagnosis's own, or that of its last call that went wrong. */
export function reproduceCommand({ diagnosis }: CheckResult): string | undefined {
  return diagnosis?.reproduce ?? diagnosis?.transcript.findLast((call) => !call.ok)?.reproduce;
}

/** What was found in a check that failed. */
export function foundText({ diagnosis, attempts }: CheckResult): string {
  return diagnosis?.found ?? attempts.at(-1)?.error ?? "the check failed and gave no reason";
}

/** Why a check could not be decided. */
export function faultText({ attempts }: CheckResult): string {
  return attempts.at(-1)?.error ?? "no reason was recorded";
}

/** Why the whole run could not be finished. */
export function runFaultText({ fault }: Pick<Result, "fault">): string {
  return fault?.message ?? "the run ended before a verdict was reached";
}

/** The page that explains a diagnosis. */
export function diagnosisPage(code: string): string {
  return `docs/diagnoses/${code}.md`;
}

/** The check at the root of a chain of blocked ones. */
function rootOf(check: CheckResult, checks: readonly CheckResult[]): CheckResult | undefined {
  const seen = new Set<CheckResult>();
  let current: CheckResult | undefined = check;
  while (current?.blockedBy !== undefined && !seen.has(current)) {
    seen.add(current);
    const wanted: string = current.blockedBy;
    current = checks.find((other) => other.id === wanted);
  }
  return current;
}

/** Why a blocked check was not tried. */
export function explainBlocked(check: CheckResult, checks: readonly CheckResult[]): string {
  const root = rootOf(check, checks);
  if (check.blockedBy === undefined || root === undefined) return "not tried: a check that it needs did not pass";
  const via = root.id === check.blockedBy ? "" : ` (by way of ${check.blockedBy})`;
  const why = { failed: "failed", fault: "could not be decided", "not-run": "was not run" };
  return `not tried: needs ${root.id}, which ${why[root.outcome as keyof typeof why] ?? "did not pass"}${via}`;
}
