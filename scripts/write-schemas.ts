/**
 * Writes the JSON Schemas in docs/schemas from the schemas in code: `node scripts/write-schemas.ts`.
 * A test fails while a file differs from its code.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { manifestSchema, mutantsSchema, resultSchema } from "@compose-labs/lab";
import { courseSchema } from "@compose-labs/lab/course";
import { pullRequestSchema } from "@compose-labs/lab/pull-request";
import { toJsonSchema } from "@valibot/to-json-schema";

const directory = new URL("../docs/schemas/", import.meta.url);

/** What an author writes: defaults may be left out. A `v.check` is said again as metadata where JSON Schema can. */
function named(title: string, schema: Parameters<typeof toJsonSchema>[0]): string {
  const json = toJsonSchema(schema, { target: "draft-2020-12", typeMode: "input", ignoreActions: ["check"] });
  return `${JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", title, ...json }, null, 2)}\n`;
}

/** File names in docs/schemas, with their text. */
export function schemaFiles(): Map<string, string> {
  return new Map([
    ["result.schema.json", named("Compose Labs: result document", resultSchema)],
    ["lab.schema.json", named("Compose Labs: lab.yaml", manifestSchema)],
    ["mutants.schema.json", named("Compose Labs: mutants.yaml", mutantsSchema)],
    ["course.schema.json", named("Compose Labs: course.yaml", courseSchema)],
    ["pull-request.schema.json", named("Compose Labs: pull-request document", pullRequestSchema)],
  ]);
}

if (import.meta.main) {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of schemaFiles()) await writeFile(new URL(name, directory), text);
}
