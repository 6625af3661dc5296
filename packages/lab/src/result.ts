import { z } from "zod";

/** Version of the result document; a reader must refuse any other. */
export const RESULT_SCHEMA = "compose-labs/result/v1";

const place = z
  .object({
    file: z.string(),
    line: z.int().positive().optional(),
    column: z.int().positive().optional(),
  })
  .describe("A position in the submission, 1-based");

const call = z.object({
  call: z.string().describe("What was asked of whom: `proxy.http GET /value?x=…`"),
  answer: z.string().describe("What came back, shortened"),
  ms: z.number().nonnegative(),
  ok: z.boolean(),
  reproduce: z.string().optional().describe("A `docker …` line that asks the same"),
});

const diagnosis = z.object({
  code: z.string().describe("Stable; explained in docs/diagnoses"),
  found: z.string(),
  expected: z.string(),
  place: place.optional(),
  source: z
    .object({ firstLine: z.int().positive(), lines: z.array(z.string()) })
    .optional()
    .describe("The lines around the place, as they stand in the submission"),
  hint: z.string().optional().describe("Advice that depends on what was observed"),
  reproduce: z.string().optional(),
  log: z.string().optional().describe("Last log lines of the service concerned, or tool output"),
  transcript: z.array(call),
});

const finding = z.object({
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
  place,
  severity: z.enum(["refuse", "note"]),
  message: z.string(),
  remedy: z.string(),
  source: z.object({ firstLine: z.int().positive(), lines: z.array(z.string()) }).optional(),
});

const attempt = z.object({
  outcome: z.enum(["passed", "failed", "fault"]),
  ms: z.number().nonnegative(),
  error: z.string().optional(),
});

const check = z.object({
  id: z.string(),
  title: z.string(),
  points: z.int().positive(),
  earned: z.int().nonnegative(),
  outcome: z.enum(["passed", "failed", "blocked", "fault", "not-run"]),
  blockedBy: z.string().optional().describe("Id of the needed check that did not pass"),
  attempts: z.array(attempt),
  ms: z.number().nonnegative(),
  hints: z.array(z.string()).describe("In rising detail"),
  diagnosis: diagnosis.optional(),
});

const fault = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

const stackDrawing = z
  .object({
    services: z.array(
      z.object({
        name: z.string(),
        image: z.string(),
        networks: z.array(z.string()),
        volumes: z.array(z.object({ name: z.string(), target: z.string(), type: z.string(), readOnly: z.boolean() })),
        ports: z.array(z.string()).describe("As declared: 127.0.0.1:8080->80/tcp"),
        dependsOn: z.array(z.object({ service: z.string(), condition: z.string() })),
        state: z.string().optional().describe("State at the end of the checks: running (healthy), exited 3"),
      }),
    ),
    networks: z.array(z.object({ name: z.string(), internal: z.boolean() })),
    volumes: z.array(z.string()),
  })
  .describe("The submission's stack, for drawing it");

export const resultSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  lab: z.object({ id: z.string(), title: z.string(), version: z.string(), digest: z.string() }),
  submission: z.object({
    digest: z.string().describe("SHA-256 over the paths and contents that were graded"),
    student: z.string().optional(),
    commit: z.string().optional(),
  }),
  verdict: z.enum(["graded", "refused", "fault"]),
  partial: z
    .boolean()
    .describe("True when the run was interrupted or only some checks were asked for: no mark may be derived"),
  score: z.int().nonnegative().nullable().describe("null unless the verdict is graded"),
  maxScore: z.int().positive(),
  checks: z.array(check),
  findings: z.array(finding),
  fault: fault.optional(),
  stack: stackDrawing.optional(),
  environment: z.object({
    grader: z.string(),
    node: z.string(),
    engine: z.string().optional(),
    compose: z.string().optional(),
    cgroup: z.string().optional(),
    arch: z.string().optional(),
    os: z.string().optional(),
    storageDriver: z.string().optional(),
    standIns: z
      .array(z.string())
      .describe("Images that are stand-ins made from Debian packages, not the published ones"),
  }),
  seed: z.string(),
  startedAt: z.string().describe("ISO 8601, UTC"),
  timings: z
    .record(z.string(), z.number())
    .describe("Milliseconds per phase: copy, gate, model, connect, build, up, checks, down, total"),
});

/** One grading, whole. Every report is made from it. */
export type Result = z.infer<typeof resultSchema>;
export type CheckResult = Result["checks"][number];
export type Diagnosis = NonNullable<CheckResult["diagnosis"]>;
export type TranscriptCall = Diagnosis["transcript"][number];
export type StackDrawing = NonNullable<Result["stack"]>;
export type CheckOutcome = CheckResult["outcome"];

/** The JSON Schema of the result document, as checked in at `docs/schemas/result.schema.json`. */
export function resultJsonSchema(): unknown {
  return z.toJSONSchema(resultSchema);
}
