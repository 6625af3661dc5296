import { neutralise, type ProofReport } from "@compose-labs/report";

export interface Tally {
  passed: number;
  /** What failed: its name, and on further lines why; told once more at the end, where a long log is still shown. */
  failures: string[];
  skipped: number;
}

interface VitestReport {
  numPassedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
}

/** Counts vitest's JSON report. A run that ended badly without a failed test counts as one failure. */
export function countVitest(report: string, exitCode: number): Tally {
  const run = parse<VitestReport>(report, {
    numPassedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  });
  const failures = run.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0 && file.status === "failed") return [failure(file.name, file.message ?? "")];
    return failed.map((test) => failure(`${file.name} > ${test.fullName}`, test.failureMessages?.[0] ?? ""));
  });
  const skipped = run.numPendingTests + run.numTodoTests;
  return withExitCode({ passed: run.numPassedTests, failures, skipped }, exitCode);
}

/** Counts the cases of `grader verify`'s JSON, and as one failure each check that no mutant kills and each flake. */
export function countProof(report: string, exitCode: number): Tally {
  const proofs = parse<ProofReport[]>(report, []);
  const failures = proofs.flatMap(({ lab, cases, unkilled, flakes }) => [
    ...cases
      .filter(({ ok }) => !ok)
      .map(({ kind, name, problem = "" }) => failure(`${lab.slug}: ${[kind, name].join(" ").trim()}`, problem)),
    ...unkilled.map((check) => `${lab.slug}: no mutant kills the check ${check}`),
    ...flakes.map((flake) => `${lab.slug}: ${flake.case}: ${flake.check} came out ${flake.outcomes.join(", ")}`),
  ]);
  const passed = proofs.flatMap(({ cases }) => cases).filter(({ ok }) => ok).length;
  return withExitCode({ passed, failures, skipped: 0 }, exitCode);
}

/** Counts the cases of `npm run hostile`'s JSON. */
export function countHostile(report: string, exitCode: number): Tally {
  const { cases } = parse<{ cases: { ok: boolean; name: string; problems: string[] }[] }>(report, { cases: [] });
  const failed = cases.filter(({ ok }) => !ok);
  const failures = failed.map(({ name, problems }) => failure(name, problems.join("\n")));
  return withExitCode({ passed: cases.length - failed.length, failures, skipped: 0 }, exitCode);
}

/** Counts tools that pass or fail as a whole, by their exit codes. */
export function countTools(codes: Record<string, number>): Tally {
  const failed = Object.entries(codes).filter(([, code]) => code !== 0);
  return {
    passed: Object.keys(codes).length - failed.length,
    failures: failed.map(([name, code]) => `${name} ended with exit code ${code}`),
    skipped: 0,
  };
}

/** What failed, and the line that counts. */
export function closingText(steps: Record<string, Tally>): string {
  const tallies = Object.values(steps);
  const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
  const failed = sum(({ failures }) => failures.length);
  const skipped = sum((tally) => tally.skipped);
  const counts = `${sum(({ passed }) => passed)} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
  const told = Object.entries(steps).flatMap(([step, { failures }]) => failures.map((text) => `${step}: ${text}\n`));
  return told.length === 0 ? `\n${counts}\n` : `\nFailed:\n${told.join("")}\n${counts}\n`;
}

const REASON_LINES = 12;

function failure(name: string, reason: string): string {
  const lines = reason.split("\n").filter((line) => line.trim() !== "");
  return [name, ...lines.slice(0, REASON_LINES).map((line) => `    ${neutralise(line)}`)].join("\n");
}

function withExitCode(tally: Tally, exitCode: number): Tally {
  return exitCode !== 0 && tally.failures.length === 0
    ? { ...tally, failures: [`ended with exit code ${exitCode}, though nothing in its report failed`] }
    : tally;
}

function parse<T>(text: string, otherwise: T): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return otherwise;
  }
}
