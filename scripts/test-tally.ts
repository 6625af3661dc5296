export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts vitest's JSON report. A run that ended badly without a failed test counts as one failure. */
export function countVitest(report: string, exitCode: number): Tally {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
  } = parse<{
    numPassedTests?: number;
    numFailedTests?: number;
    numPendingTests?: number;
    numTodoTests?: number;
  }>(report, {});
  return withExitCode(
    { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests },
    exitCode,
  );
}

/** Counts the cases of `grader verify`'s JSON, and as one failure each check that no mutant kills and each flake. */
export function countProof(report: string, exitCode: number): Tally {
  const proofs = parse<{ cases: { ok: boolean }[]; unkilled: string[]; flakes: unknown[] }[]>(report, []);
  const cases = proofs.flatMap((proof) => proof.cases);
  const passed = cases.filter((entry) => entry.ok).length;
  const others = proofs.reduce((sum, proof) => sum + proof.unkilled.length + proof.flakes.length, 0);
  return withExitCode({ passed, failed: cases.length - passed + others, skipped: 0 }, exitCode);
}

/** Counts the cases of `npm run hostile`'s JSON. */
export function countHostile(report: string, exitCode: number): Tally {
  const { cases } = parse<{ cases: { ok: boolean }[] }>(report, { cases: [] });
  const passed = cases.filter((entry) => entry.ok).length;
  return withExitCode({ passed, failed: cases.length - passed, skipped: 0 }, exitCode);
}

function withExitCode(tally: Tally, exitCode: number): Tally {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function parse<T>(text: string, otherwise: T): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return otherwise;
  }
}
