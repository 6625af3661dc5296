import { parseYaml, readYamlFile } from "@compose-labs/lab/yaml";
import * as v from "valibot";

const reference = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9]+([._/-][a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    "expected a Docker Hub reference with its tag, such as nginx:1.26",
  ),
);

const catalogueSchema = v.strictObject({
  schema: v.literal("compose-labs/images/v1"),
  images: v.pipe(
    v.array(
      v.strictObject({
        reference,
        purpose: v.pipe(v.string(), v.minLength(5), v.description("What the course uses it for")),
        standIn: v.pipe(
          v.string(),
          v.regex(/^[a-z][a-z0-9-]*$/, "expected the name of a build target"),
          v.description("Target of the stand-ins' Dockerfile"),
        ),
        aliases: v.optional(
          v.pipe(v.array(reference), v.description("Other tags that labs use; a stand-in gets them too")),
          [],
        ),
      }),
    ),
    v.minLength(1),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const seen = new Set<string>();
      for (const [key, value] of dataset.value.entries()) {
        for (const name of [value.reference, ...value.aliases]) {
          if (seen.has(name)) {
            const path = [{ type: "array" as const, origin: "value" as const, input: dataset.value, key, value }];
            addIssue({ message: `${name} is listed twice`, path: path as [(typeof path)[0]] });
          }
          seen.add(name);
        }
      }
    }),
  ),
});

export type CatalogueImage = v.InferOutput<typeof catalogueSchema>["images"][number];

/** Every image the course uses, from `labs/images.yaml`. */
export interface Catalogue {
  images: CatalogueImage[];
}

/** All references of the catalogue, aliases included, in its order. */
export function listReferences(catalogue: Catalogue): string[] {
  return catalogue.images.flatMap((image) => [image.reference, ...image.aliases]);
}

/** Reads and checks the catalogue. Throws a usage error with the line and column of the first mistake. */
export async function loadCatalogue(file: string): Promise<Catalogue> {
  return (await readYamlFile(file, "labs/images.yaml", catalogueSchema)).value;
}

/** The pure part of `loadCatalogue`; `file` is only for the messages. */
export function parseCatalogue(text: string, file: string): Catalogue {
  return parseYaml(text, file, catalogueSchema).value;
}
