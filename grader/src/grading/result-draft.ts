import {
  type Check,
  type CheckResult,
  type Diagnosis,
  type Failure,
  type Finding,
  type LabError,
  type Place,
  RESULT_SCHEMA,
  type Result,
  type Rubric,
  type StackDrawing,
} from "@compose-labs/lab";
import type { CheckRecord } from "./check-run.ts";
import { fingerprintOf } from "./fingerprint.ts";

type SourceLines = (place: Place) => Promise<{ firstLine: number; lines: string[] } | undefined>;

/** What a result is made from; each phase of the run fills in what it learnt, so an interrupted run has a valid document too. */
export interface ResultDraft {
  lab: Result["lab"];
  rubric: Rubric;
  seed: string;
  startedAt: Date;
  submissionDigest: string;
  /** Who handed it in, and as which commit, where the caller knows. */
  origin: Pick<Result["submission"], "student" | "commit">;
  environment: Result["environment"];
  findings: Finding[];
  records: Map<string, CheckRecord>;
  /** Checks that were asked for: all of them, fewer with `--only`, none with `--policy-only`. */
  asked: Set<Check>;
  fault: LabError | undefined;
  /** The fault of a first attempt, after which this one was made. */
  retriedAfter: Result["fault"];
  stack: StackDrawing | undefined;
  logs: Result["logs"];
  timings: Record<string, number>;
  place: (path: string) => Place | undefined;
  source: SourceLines;
}

export async function finishResult(draft: ResultDraft): Promise<Result> {
  const checks = await Promise.all(draft.rubric.checks.map((check) => checkResult(draft, check)));
  const fault = draft.fault ?? [...draft.records.values()].find((record) => record.error)?.error;
  const refused = draft.findings.some((finding) => finding.severity === "refuse");
  const verdict = refused ? "refused" : fault ? "fault" : draft.asked.size === 0 ? "not-run" : "graded";
  return {
    schema: RESULT_SCHEMA,
    lab: draft.lab,
    submission: { digest: draft.submissionDigest, ...draft.origin },
    verdict,
    partial: draft.asked.size < draft.rubric.checks.length || draft.fault !== undefined,
    score: verdict === "graded" ? sum(checks, (check) => check.earned) : null,
    maxScore: sum(checks, (check) => check.points),
    checks,
    ...(draft.rubric.elsewhere === undefined ? {} : { hidden: draft.rubric.elsewhere }),
    findings: await Promise.all(draft.findings.map((finding) => withSource(finding, draft.source))),
    ...(fault && verdict === "fault"
      ? {
          fault: {
            code: fault.code,
            message: fault.message,
            ...(fault.hint === undefined ? {} : { hint: fault.hint }),
          },
        }
      : {}),
    ...(draft.retriedAfter === undefined ? {} : { retriedAfter: draft.retriedAfter }),
    ...(draft.stack ? { stack: draft.stack } : {}),
    environment: withFingerprint(draft.environment),
    ...(draft.logs === undefined ? {} : { logs: draft.logs }),
    ...(draft.stack === undefined ? {} : { reached: collectReaches(draft) }),
    seed: draft.seed,
    startedAt: draft.startedAt.toISOString(),
    timings: Object.fromEntries(Object.entries(draft.timings).map(([phase, ms]) => [phase, Math.round(ms)])),
  };
}

function withFingerprint(environment: Result["environment"]): Result["environment"] {
  const fingerprint = fingerprintOf(environment);
  return fingerprint === undefined ? environment : { ...environment, fingerprint };
}

/** Each way once for a check; a check that asks until it gets there has got there. */
function collectReaches({ rubric, records }: ResultDraft): NonNullable<Result["reached"]> {
  return rubric.checks.flatMap(({ id }) => {
    const ways = new Map<string, NonNullable<Result["reached"]>[number]>();
    for (const reach of records.get(id)?.reaches ?? []) {
      const key = JSON.stringify([reach.from, reach.to, reach.port]);
      ways.set(key, { ...reach, reached: reach.reached || (ways.get(key)?.reached ?? false), check: id });
    }
    return [...ways.values()];
  });
}

async function checkResult(draft: ResultDraft, check: Check): Promise<CheckResult> {
  const { id, title, points, hints } = check;
  const record = draft.records.get(id);
  const base = { id, title, points, hints, earned: 0, attempts: [], ms: 0 };
  if (!record) return { ...base, outcome: "not-run" };
  return {
    ...base,
    outcome: record.outcome,
    earned: record.outcome === "passed" ? points : 0,
    attempts: record.attempts,
    ms: Math.round(record.ms),
    ...(record.blockedBy === undefined ? {} : { blockedBy: record.blockedBy }),
    ...(record.failure ? { diagnosis: await diagnose(draft, record, record.failure) } : {}),
  };
}

async function diagnose(draft: ResultDraft, record: CheckRecord, failure: Failure): Promise<Diagnosis> {
  const path = failure.at ?? record.check.at;
  const place = failure.place ?? (path === undefined ? undefined : draft.place(path));
  const source = place && (await draft.source(place));
  const { code, found, expected, hint, reproduce, log } = failure;
  return {
    code,
    found,
    expected,
    ...(place ? { place } : {}),
    ...(source ? { source } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...(reproduce === undefined ? {} : { reproduce }),
    ...(log === undefined ? {} : { log }),
    transcript: record.transcript,
  };
}

async function withSource(finding: Finding, source: SourceLines): Promise<Result["findings"][number]> {
  const lines = await source(finding.place);
  return lines ? { ...finding, source: lines } : finding;
}

function sum<T>(items: T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
