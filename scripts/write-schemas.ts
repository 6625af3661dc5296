/**
 * Writes the JSON Schemas in docs/schemas from the schemas in code: `node scripts/write-schemas.ts`.
 * A test fails while a file differs from its code.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { manifestJsonSchema, mutantsJsonSchema, resultJsonSchema } from "@compose-labs/lab";

const directory = new URL("../docs/schemas/", import.meta.url);

function named(title: string, schema: unknown): string {
  return `${JSON.stringify({ title, ...Object(schema) }, null, 2)}\n`;
}

/** File names in docs/schemas, with their text. */
export function schemaFiles(): Map<string, string> {
  return new Map([
    ["result.schema.json", named("Compose Labs: result document", resultJsonSchema())],
    ["lab.schema.json", named("Compose Labs: lab.yaml", manifestJsonSchema())],
    ["mutants.schema.json", named("Compose Labs: mutants.yaml", mutantsJsonSchema())],
  ]);
}

if (import.meta.main) {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of schemaFiles()) await writeFile(new URL(name, directory), text);
}
