import * as v from "valibot";
import { described } from "./described.ts";

/** Version of the result document; a reader must refuse any other. */
export const RESULT_SCHEMA = "compose-labs/result/v1";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const EXPECTED_MOMENT = "expected a moment such as 2026-12-01T10:00:00.000Z";
const milliseconds = v.pipe(v.number(), v.minValue(0));

const place = described(
  v.object({ file: v.string(), line: v.optional(positive), column: v.optional(positive) }),
  "A position in the submission, 1-based",
);

const source = described(
  v.object({ firstLine: positive, lines: v.array(v.string()) }),
  "The lines around the place, as they stand in the submission",
);

const call = v.object({
  call: described(v.string(), "What was asked of whom: `proxy.http GET /value?x=…`"),
  answer: described(v.string(), "What came back, shortened"),
  ms: milliseconds,
  ok: v.boolean(),
  reproduce: v.optional(described(v.string(), "A `docker …` line that asks the same")),
});

const diagnosis = v.object({
  code: described(v.string(), "Stable; explained in docs/diagnoses"),
  found: v.string(),
  expected: v.string(),
  place: v.optional(place),
  source: v.optional(source),
  hint: v.optional(described(v.string(), "Advice that depends on what was observed")),
  reproduce: v.optional(v.string()),
  log: v.optional(described(v.string(), "Last log lines of the service concerned, or tool output")),
  transcript: v.array(call),
});

const finding = v.object({
  code: v.string(),
  args: v.record(v.string(), v.union([v.string(), v.number()])),
  place,
  severity: v.picklist(["refuse", "note"]),
  message: v.string(),
  remedy: v.string(),
  source: v.optional(source),
});

const attempt = v.object({
  outcome: v.picklist(["passed", "failed", "fault"]),
  ms: milliseconds,
  error: v.optional(v.string()),
});

const check = v.object({
  id: v.string(),
  title: v.string(),
  points: positive,
  earned: count,
  outcome: v.picklist(["passed", "failed", "blocked", "fault", "not-run"]),
  blockedBy: v.optional(described(v.string(), "Id of the needed check that did not pass")),
  attempts: v.array(attempt),
  ms: milliseconds,
  hints: described(v.array(v.string()), "In rising detail"),
  diagnosis: v.optional(diagnosis),
});

const fault = v.object({ code: v.string(), message: v.string(), hint: v.optional(v.string()) });

const drawnVolume = v.object({ name: v.string(), target: v.string(), type: v.string(), readOnly: v.boolean() });

const stackDrawing = described(
  v.object({
    services: v.array(
      v.object({
        name: v.string(),
        image: v.string(),
        networks: v.array(v.string()),
        volumes: v.array(drawnVolume),
        ports: described(v.array(v.string()), "As declared: 127.0.0.1:8080->80/tcp"),
        dependsOn: v.array(v.object({ service: v.string(), condition: v.string() })),
        state: v.optional(described(v.string(), "State at the end of the checks: running (healthy), exited 3")),
      }),
    ),
    networks: v.array(v.object({ name: v.string(), internal: v.boolean() })),
    volumes: v.array(v.string()),
  }),
  "The submission's stack, for drawing it",
);

export const resultSchema = v.object({
  schema: v.literal(RESULT_SCHEMA),
  lab: v.object({ id: v.string(), title: v.string(), version: v.string(), digest: v.string() }),
  submission: v.object({
    digest: described(v.string(), "SHA-256 over the paths and contents that were graded"),
    student: v.optional(v.string()),
    commit: v.optional(v.string()),
  }),
  verdict: described(
    v.picklist(["graded", "refused", "fault", "not-run"]),
    "not-run: only the policy was asked, nothing is refused and nothing was started",
  ),
  partial: described(
    v.boolean(),
    "True when the run was interrupted or only some checks were asked for: no mark may be derived",
  ),
  score: described(v.nullable(count), "null unless the verdict is graded"),
  maxScore: positive,
  checks: v.array(check),
  hidden: v.optional(
    described(
      v.object({ checks: positive, points: positive }),
      "Checks of the lab that are not here and run only where the course grades; not in maxScore",
    ),
  ),
  findings: v.array(finding),
  fault: v.optional(fault),
  retriedAfter: v.optional(
    described(fault, "The fault of a first attempt that may pass by itself; everything else is of the second"),
  ),
  stack: v.optional(stackDrawing),
  environment: v.object({
    grader: v.string(),
    graderDigest: v.optional(described(v.string(), "SHA-256 over the grader's code")),
    images: v.optional(
      described(
        v.array(v.object({ name: v.string(), digest: v.string() })),
        "The images that were run, with the engine's id of each",
      ),
    ),
    fingerprint: v.optional(
      described(v.string(), "SHA-256 over everything in the environment that can change a verdict"),
    ),
    node: v.string(),
    engine: v.optional(v.string()),
    compose: v.optional(v.string()),
    cgroup: v.optional(v.string()),
    arch: v.optional(v.string()),
    os: v.optional(v.string()),
    storageDriver: v.optional(v.string()),
    standIns: described(
      v.array(v.string()),
      "Images that are stand-ins made from Debian packages, not the published ones",
    ),
  }),
  logs: v.optional(
    described(
      v.array(v.object({ service: v.string(), text: v.string() })),
      "The last lines each service wrote, at the end of the checks",
    ),
  ),
  reached: v.optional(
    described(
      v.array(
        v.object({
          from: described(v.string(), "A service, or `host` for the machine outside"),
          to: described(v.string(), "A service"),
          port: v.optional(positive),
          reached: described(v.boolean(), "What was observed, wanted or not"),
          check: described(v.string(), "Id of the check that asked"),
        }),
      ),
      "Who reached whom, as the checks observed it",
    ),
  ),
  seed: v.string(),
  startedAt: described(
    v.pipe(
      v.string(),
      v.isoTimestamp(EXPECTED_MOMENT),
      // Some forms of a moment are right and no date of JavaScript's.
      v.check((text) => !Number.isNaN(Date.parse(text)), EXPECTED_MOMENT),
    ),
    "ISO 8601, UTC",
  ),
  timings: described(
    v.record(v.string(), v.number()),
    "Milliseconds per phase: copy, gate, model, connect, build, up, checks, down, total",
  ),
});

/** One grading, whole. Every report is made from it. */
export type Result = v.InferOutput<typeof resultSchema>;
export type CheckResult = Result["checks"][number];
export type Diagnosis = NonNullable<CheckResult["diagnosis"]>;
export type TranscriptCall = Diagnosis["transcript"][number];
export type StackDrawing = NonNullable<Result["stack"]>;
export type CheckOutcome = CheckResult["outcome"];
