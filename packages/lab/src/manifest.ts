import { z } from "zod";

const relativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\]+$/, "a path inside the folder, with forward slashes");
const duration = z.int().min(1).max(3600);

/** Policy rules that a lab may lift, because they govern its very subject (SECURITY: what is lifted, and how it is bounded then). */
export const LIFTABLE_RULES = [
  "ports.publish",
  "service.restart",
  "service.network_mode",
  "networks.aliases",
  "networks.ipam",
  "mount.writable",
  "service.scale",
  "volumes.name",
] as const;

/** `lab.yaml`. Times are seconds, sizes are bytes unless a unit is written (`64M`). */
export const manifestSchema = z.strictObject({
  schema: z.literal("compose-labs/lab/v1"),
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe("Stable for ever; results and gradebooks refer to it"),
  title: z.string().min(3).max(80),
  summary: z.string().min(10).max(160).describe("One sentence for `grader list`"),
  concepts: z.array(z.string()).min(1),
  prerequisites: z.array(z.string()).default([]).describe("Ids of labs to do first"),
  minutes: z.int().min(5).max(480).describe("How long a student needs"),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .default("1.0.0"),
  compose: relativePath.describe("The Compose file that is run; a given one is the lab's harness"),
  submission: z.strictObject({
    files: z
      .array(relativePath)
      .min(1)
      .describe("Glob patterns of the files taken from the student; everything else is ignored"),
    required: z.array(relativePath).default([]).describe("Files without which there is nothing to grade"),
    maxFiles: z.int().min(1).max(2000).default(200),
    maxBytes: z.int().min(1).max(50_000_000).default(5_000_000),
  }),
  given: z
    .array(relativePath)
    .default([])
    .describe(
      "Glob patterns in starter/ that are the lab's own: laid over the submission, whatever the student did to them",
    ),
  canaries: z
    .array(relativePath)
    .default([])
    .describe("Files with a fresh token that the grader lays into the copy; they must not turn up in an image"),
  variables: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]*$/))
    .default([])
    .describe("Interpolation variables that Compose is given; each has the fresh token of its name"),
  build: z
    .strictObject({
      clean: z.boolean().default(false).describe("Build without the engine's build cache"),
      timeout: duration.default(120),
    })
    .prefault({}),
  images: z.array(z.string()).min(1).describe("References from the catalogue that the submission may use"),
  requires: z
    .strictObject({
      compose: z.string().optional().describe("Least version of Docker Compose, such as 2.20"),
      cgroup: z.enum(["1", "2"]).optional(),
    })
    .prefault({}),
  limits: z
    .strictObject({
      memory: z
        .string()
        .regex(/^\d+[kmg]?$/i)
        .default("256m")
        .describe("Per container"),
      cpus: z.number().positive().max(8).default(1),
      pids: z.int().min(8).max(4096).default(200),
      services: z.int().min(1).max(20).default(10),
      replicas: z.int().min(1).max(10).default(3),
      wall: duration.default(120).describe("Seconds for the whole run after the build"),
      settle: duration.default(45).describe("Seconds until every service must be settled"),
    })
    .prefault({}),
  allow: z.array(z.strictObject({ rule: z.enum(LIFTABLE_RULES), reason: z.string().min(10) })).default([]),
});

export type Manifest = z.infer<typeof manifestSchema>;

const mutant = z
  .strictObject({
    misconception: z.string().min(10).describe("What the student who writes this believes"),
    kills: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("Ids of the checks that must fail, no other but those blocked by them"),
    refused: z.array(z.string()).min(1).optional().describe("Finding codes, for a mutant that the policy must refuse"),
    removes: z.array(relativePath).default([]).describe("Files of the reference that this mutant lacks"),
  })
  .refine(
    (value) => (value.kills === undefined) !== (value.refused === undefined),
    "either `kills` or `refused`, and not both",
  );

/** `mutants.yaml`: one entry a folder in `mutants/` (a mutant that only removes files needs no folder). */
export const mutantsSchema = z.strictObject({
  schema: z.literal("compose-labs/mutants/v1"),
  mutants: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), mutant),
});

export type MutantEntry = z.infer<typeof mutant>;

/** The JSON Schemas for editors, as checked in at `docs/schemas`: what an author writes, so defaults may be left out. */
export function manifestJsonSchema(): unknown {
  return z.toJSONSchema(manifestSchema, { io: "input" });
}

export function mutantsJsonSchema(): unknown {
  return z.toJSONSchema(mutantsSchema, { io: "input" });
}
