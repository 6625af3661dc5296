import { readFile } from "node:fs/promises";
import { parseYaml } from "@compose-labs/lab/yaml";
import * as v from "valibot";

// Strict throughout: a key that the runner of these tests does not know must stop it, not be passed over.
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
const texts = v.optional(v.record(v.string(), scalar), {});

const step = v.strictObject({
  name: v.optional(v.string()),
  if: v.optional(v.string()),
  uses: v.optional(v.string()),
  with: texts,
  run: v.optional(v.string()),
  shell: v.optional(v.literal("bash")),
  env: texts,
  "working-directory": v.optional(v.string()),
});

const concurrency = v.strictObject({ group: v.string(), "cancel-in-progress": v.boolean() });

const job = v.strictObject({
  if: v.optional(v.string()),
  "runs-on": v.string(),
  "timeout-minutes": v.number(),
  concurrency: v.optional(concurrency),
  steps: v.array(step),
});

const workflow = v.strictObject({
  name: v.string(),
  on: v.unknown(),
  permissions: v.record(v.string(), v.string()),
  concurrency: v.optional(concurrency),
  jobs: v.record(v.string(), job),
});

const input = v.strictObject({
  description: v.string(),
  required: v.optional(v.boolean()),
  default: v.optional(v.string()),
});

const compositeAction = v.strictObject({
  name: v.string(),
  description: v.string(),
  inputs: v.optional(v.record(v.string(), input), {}),
  runs: v.strictObject({ using: v.literal("composite"), steps: v.array(step) }),
});

export type Step = v.InferOutput<typeof step>;
export type Workflow = v.InferOutput<typeof workflow>;
export type CompositeAction = v.InferOutput<typeof compositeAction>;

export function readWorkflow(text: string, file: string): Workflow {
  return parseYaml(text, file, workflow).value;
}

export async function readAction(file: string): Promise<CompositeAction> {
  return parseYaml(await readFile(file, "utf8"), file, compositeAction).value;
}
