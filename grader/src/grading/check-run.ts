import type { DeadlineClock } from "@compose-labs/engine";
import {
  type Check,
  CheckFailure,
  type CheckOutcome,
  type Failure,
  LabError,
  type Reach,
  type Recorder,
  type TranscriptCall,
} from "@compose-labs/lab";
import { CheckClock } from "./check-clock.ts";

/** What became of one check, before it is written into the result. */
export interface CheckRecord {
  check: Check;
  outcome: CheckOutcome;
  blockedBy?: string;
  failure?: Failure;
  /** What a fault was, in one line. */
  error?: LabError;
  attempts: { outcome: "passed" | "failed" | "fault"; ms: number; error?: string }[];
  transcript: TranscriptCall[];
  /** Who reached whom, as the check's calls observed it. */
  reaches: Reach[];
  /** Milliseconds the check itself used, waiting for phases left out. */
  ms: number;
}

export interface CheckRunOptions {
  checks: Check[];
  /** Runs the body with handles that report to this recorder. */
  run: (check: Check, recorder: Recorder) => Promise<void>;
  signal: AbortSignal;
  /** Tells each check's time. */
  clock: Pick<DeadlineClock, "now">;
  onDone: (record: CheckRecord) => void;
}

/**
 * Runs the checks of a rubric: observers side by side, each as soon as what it needs has passed; then whatever
 * disturbs (or needs something that does) one at a time, in the order of the rubric.
 */
export async function runChecks(options: CheckRunOptions): Promise<Map<string, CheckRecord>> {
  const { checks, onDone } = options;
  const records = new Map<string, CheckRecord>();
  const settle = async (check: Check): Promise<CheckRecord> => {
    const record = blockedRecord(check, records) ?? (await attemptCheck(check, options));
    records.set(check.id, record);
    onDone(record);
    return record;
  };

  const late = new Set<Check>();
  for (const check of checks) {
    if (check.disturbs || check.needs.some((need) => late.has(need))) late.add(check);
  }
  const running = new Map<Check, Promise<CheckRecord>>();
  for (const check of checks) {
    if (late.has(check)) continue;
    const needed = check.needs.map((need) => running.get(need));
    running.set(
      check,
      Promise.all(needed).then(() => settle(check)),
    );
  }
  await Promise.all(running.values());
  for (const check of late) await settle(check);
  return records;
}

function blockedRecord(check: Check, records: Map<string, CheckRecord>): CheckRecord | undefined {
  const blocker = check.needs.find((need) => records.get(need.id)?.outcome !== "passed");
  if (!blocker) return undefined;
  return { check, outcome: "blocked", blockedBy: blocker.id, attempts: [], transcript: [], reaches: [], ms: 0 };
}

/** A fault is tried once more, since the machine may have hiccuped; a failed check never is. */
async function attemptCheck(check: Check, options: CheckRunOptions): Promise<CheckRecord> {
  const first = await attemptOnce(check, options);
  if (first.outcome !== "fault" || check.disturbs || options.signal.aborted) return first;
  const second = await attemptOnce(check, options);
  return { ...second, attempts: [...first.attempts, ...second.attempts], ms: first.ms + second.ms };
}

async function attemptOnce(check: Check, { run, signal, clock: time }: CheckRunOptions): Promise<CheckRecord> {
  const transcript: TranscriptCall[] = [];
  const reaches: Reach[] = [];
  const over = new AbortController();
  const clock = new CheckClock(check.timeout, time, () =>
    over.abort(
      new LabError("fault", "CHECK_TIMEOUT", `check "${check.id}" took longer than its ${check.timeout} s`, {
        hint: "The machine may be overloaded; run it again. If it happens every time, tell the lab's author.",
      }),
    ),
  );
  const recorder: Recorder = {
    record: (call) => transcript.push(call),
    recordReach: (reach) => reaches.push(reach),
    waiting: (phase) => clock.pauseFor(phase),
    signal: AbortSignal.any([signal, over.signal]),
  };
  const ended = await endOf(check, run, recorder);
  const ms = clock.stop();
  const base = { check, transcript, reaches, ms };
  if (ended === undefined) return { ...base, outcome: "passed", attempts: [{ outcome: "passed", ms }] };
  if (ended instanceof CheckFailure) {
    return {
      ...base,
      outcome: "failed",
      failure: ended.failure,
      attempts: [{ outcome: "failed", ms, error: ended.message }],
    };
  }
  return {
    ...base,
    outcome: "fault",
    error: ended,
    attempts: [{ outcome: "fault", ms, error: `${ended.code}: ${ended.message}` }],
  };
}

/** Undefined when the check passed. A body that ignores its signal is left behind, not waited for. */
async function endOf(
  check: Check,
  run: CheckRunOptions["run"],
  recorder: Recorder,
): Promise<CheckFailure | LabError | undefined> {
  const { signal } = recorder;
  try {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([run(check, recorder), aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return undefined;
  } catch (thrown) {
    // Once the time is up, what a handle says of its interrupted call is no evidence about the student.
    const cause = signal.aborted ? signal.reason : thrown;
    if (cause instanceof CheckFailure || cause instanceof LabError) return cause;
    return new LabError("fault", "CHECK_THREW", `check "${check.id}" threw ${describe(cause)}`, {
      cause,
      hint: "This is a mistake in the lab or the grader, not in your submission. Tell the lab's author.",
    });
  }
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
