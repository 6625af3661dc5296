import type { CheckOutcome, CheckResult, Result } from "@compose-labs/lab";
import { explainCheck, explainFinding, titleText } from "./failure-text.ts";
import { neutralise } from "./neutralise.ts";
import { writeJson } from "./render-json.ts";
import { NO_POINTS_LOST, runFaultText } from "./wording.ts";

/** The specification's version that this is written to: https://ctrf.io. */
const SPEC_VERSION = "0.1.0";

type Status = "passed" | "failed" | "skipped" | "pending" | "other";

const STATUSES: Record<CheckOutcome, Status> = {
  passed: "passed",
  failed: "failed",
  blocked: "skipped",
  "not-run": "pending",
  // Not the student's: it must not count as failed.
  fault: "other",
};

interface Test {
  name: string;
  status: Status;
  rawStatus: string;
  duration: number;
  suite: string[];
  message?: string;
  filePath?: string;
  line?: number;
  extra: Record<string, string | number>;
}

function placeOf(place: { file: string; line?: number | undefined } | undefined): Pick<Test, "filePath" | "line"> {
  if (place === undefined) return {};
  return { filePath: neutralise(place.file), ...(place.line === undefined ? {} : { line: place.line }) };
}

function testOf(check: CheckResult, { checks, lab }: Result): Test {
  const { id, title, outcome, ms, points, earned, diagnosis } = check;
  const message = explainCheck(check, checks);
  return {
    name: titleText(title, id),
    status: STATUSES[outcome],
    rawStatus: outcome,
    duration: Math.round(ms),
    suite: [neutralise(lab.id)],
    ...(message === "" ? {} : { message }),
    ...placeOf(diagnosis?.place),
    extra: { id: neutralise(id), points, earned, ...(diagnosis === undefined ? {} : { diagnosis: diagnosis.code }) },
  };
}

/** What the checks do not say: refusals, and the fault of a run. */
function otherTests(result: Result): Test[] {
  const { findings, lab, verdict, fault } = result;
  const refusals = findings.filter(({ severity }) => severity === "refuse");
  return [
    ...refusals.map(
      (finding): Test => ({
        name: titleText(finding.code, "finding"),
        status: "failed",
        rawStatus: "refused",
        duration: 0,
        suite: [neutralise(lab.id), "policy"],
        message: explainFinding(finding),
        ...placeOf(finding.place),
        extra: {},
      }),
    ),
    ...(verdict === "fault"
      ? [
          {
            name: titleText(fault?.code ?? "", "fault"),
            status: "other",
            rawStatus: "fault",
            duration: 0,
            suite: [neutralise(lab.id), "run"],
            message: `${neutralise(runFaultText(result))}\n${NO_POINTS_LOST}`,
            extra: {},
          } satisfies Test,
        ]
      : []),
  ];
}

function startOf({ startedAt }: Result): number {
  return Date.parse(startedAt);
}

/** Results in the Common Test Report Format, one report on all. The points are in the summary's `extra.results`. */
export function renderCtrf(results: readonly Result[]): string {
  const tests = results.flatMap((result) => [
    ...otherTests(result),
    ...result.checks.map((check) => testOf(check, result)),
  ]);
  const count = (status: Status) => tests.filter((test) => test.status === status).length;
  const starts = results.map(startOf);
  const stops = results.map((result) => startOf(result) + Math.round(result.timings["total"] ?? 0));
  return writeJson({
    reportFormat: "CTRF",
    specVersion: SPEC_VERSION,
    results: {
      tool: { name: "compose-labs", ...(results[0] ? { version: neutralise(results[0].environment.grader) } : {}) },
      summary: {
        tests: tests.length,
        passed: count("passed"),
        failed: count("failed"),
        skipped: count("skipped"),
        pending: count("pending"),
        other: count("other"),
        start: results.length === 0 ? 0 : Math.min(...starts),
        stop: Math.max(0, ...stops),
        extra: {
          results: results.map(({ lab, verdict, score, maxScore, partial, seed }) => ({
            lab: neutralise(lab.id),
            verdict,
            ...(score === null ? {} : { score }),
            maxScore,
            partial,
            seed: neutralise(seed),
          })),
        },
      },
      tests,
    },
  });
}
