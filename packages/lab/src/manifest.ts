import * as v from "valibot";
import { described } from "./described.ts";

const relativePath = v.pipe(
  v.string(),
  v.regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\]+$/, "expected a path inside the folder, with forward slashes"),
);
const identifier = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]*$/, "expected lower-case letters, digits and dashes, beginning with a letter"),
);
const size = v.pipe(v.string(), v.regex(/^\d+[kmgKMG]?$/, "expected a size such as 256m"));
const seconds = (normal: number, description: string) =>
  described(v.optional(whole(1, 3600), normal), `${description}, in seconds`);

function whole(least: number, most: number) {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}

function text(least: number, most: number) {
  return v.pipe(v.string(), v.minLength(least), v.maxLength(most));
}

function some<S extends v.GenericSchema>(item: S) {
  return v.pipe(v.array(item), v.minLength(1));
}

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
export const manifestSchema = v.strictObject({
  schema: v.literal("compose-labs/lab/v1"),
  id: described(identifier, "Stable for ever; results and gradebooks refer to it"),
  title: text(3, 80),
  summary: described(text(10, 160), "One sentence for `grader list`"),
  concepts: some(v.string()),
  prerequisites: v.optional(described(v.array(v.string()), "Ids of labs to do first"), []),
  minutes: described(whole(5, 480), "How long a student needs"),
  version: v.optional(v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, "expected a version such as 1.0.0")), "1.0.0"),
  compose: described(relativePath, "The Compose file that is run; a given one is the lab's harness"),
  submission: v.strictObject({
    files: described(
      some(relativePath),
      "Glob patterns of the files taken from the student; everything else is ignored",
    ),
    required: v.optional(described(v.array(relativePath), "Files without which there is nothing to grade"), []),
    maxFiles: v.optional(whole(1, 2000), 200),
    maxBytes: v.optional(whole(1, 50_000_000), 5_000_000),
  }),
  given: v.optional(
    described(
      v.array(relativePath),
      "Glob patterns in starter/ that are the lab's own: laid over the submission, whatever the student did to them",
    ),
    [],
  ),
  canaries: v.optional(
    described(
      v.array(relativePath),
      "Files with a fresh token that the grader lays into the copy; they must not turn up in an image",
    ),
    [],
  ),
  variables: v.optional(
    described(
      v.array(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]*$/, "expected capitals, digits and underscores"))),
      "Interpolation variables that Compose is given; each has the fresh token of its name",
    ),
    [],
  ),
  build: v.optional(
    v.strictObject({
      clean: v.optional(described(v.boolean(), "Build without the engine's build cache"), false),
      timeout: seconds(120, "How long the build may take"),
      memory: v.optional(described(size, "What all build steps may use together"), "1g"),
      disk: v.optional(described(size, "What the builds may add to the engine's disk"), "2g"),
    }),
    {},
  ),
  images: described(some(v.string()), "References from the catalogue that the submission may use"),
  requires: v.optional(
    v.strictObject({
      compose: v.optional(
        described(
          v.pipe(v.string(), v.regex(/^\d+\.\d+(\.\d+)?$/, "expected a quoted version such as '2.20'")),
          "Least version of Docker Compose, such as 2.20",
        ),
      ),
      cgroup: v.optional(described(v.picklist(["1", "2"]), "The cgroup version that the lab's subject needs")),
    }),
    {},
  ),
  limits: v.optional(
    v.strictObject({
      memory: v.optional(described(size, "What one container may use, unless it asks for less"), "256m"),
      disk: v.optional(described(size, "What a container may write into its own layer, and into each volume"), "256m"),
      cpus: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(8)), 1),
      pids: v.optional(whole(8, 4096), 200),
      services: v.optional(whole(1, 20), 10),
      replicas: v.optional(whole(1, 10), 3),
      wall: seconds(120, "The whole run after the build"),
      settle: seconds(45, "Until every service must be settled"),
    }),
    {},
  ),
  hidden: v.optional(
    described(
      v.strictObject({ checks: whole(1, 1000), points: whole(1, 100_000) }),
      "Checks that run only where the course grades; `grader export` writes it into the student edition",
    ),
  ),
  allow: v.optional(
    described(
      v.array(v.strictObject({ rule: v.picklist(LIFTABLE_RULES), reason: v.pipe(v.string(), v.minLength(10)) })),
      "Policy rules that are lifted in this lab, because they govern its very subject",
    ),
    [],
  ),
  retired: v.optional(
    described(v.array(v.string()), "Ids of checks that the lab once had; no check may have them again"),
    [],
  ),
  lint: v.optional(
    v.strictObject({
      ignore: described(
        v.array(
          v.strictObject({
            code: described(v.string(), "A code of docs/lint.md"),
            about: v.optional(described(v.string(), "Only findings about this check, function, mutant or file")),
            reason: v.pipe(v.string(), v.minLength(10)),
          }),
        ),
        "Findings of `grader lint` that do not apply to this lab",
      ),
    }),
    { ignore: [] },
  ),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;

const mutant = v.pipe(
  v.strictObject({
    misconception: described(v.pipe(v.string(), v.minLength(10)), "What the student who writes this believes"),
    kills: v.optional(
      described(
        some(v.string()),
        "Ids of the checks that must fail, no other but those blocked by them; not together with `refused`",
      ),
    ),
    refused: v.optional(
      described(some(v.string()), "Finding codes, for a mutant that the policy must refuse; not together with `kills`"),
    ),
    removes: v.optional(described(v.array(relativePath), "Files of the reference that this mutant lacks"), []),
  }),
  v.check(
    (value) => (value.kills === undefined) !== (value.refused === undefined),
    "expected either `kills` or `refused`, and not both",
  ),
  v.metadata({ oneOf: [{ required: ["kills"] }, { required: ["refused"] }] }),
);

/** `mutants.yaml`: one entry a folder in `mutants/` (a mutant that only removes files needs no folder). */
export const mutantsSchema = v.strictObject({
  schema: v.literal("compose-labs/mutants/v1"),
  mutants: v.record(identifier, mutant),
  equivalent: v.optional(
    described(
      v.record(v.string(), text(20, 400)),
      "Mutants that `grader mutate` makes and that are no mistake: id, or operator, with `*` for any text, and the reason",
    ),
    {},
  ),
});

export type MutantEntry = v.InferOutput<typeof mutant>;
