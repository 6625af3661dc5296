import { parseYaml, readYamlFile } from "@compose-labs/lab";
import { z } from "zod";

const reference = z
  .string()
  .regex(
    /^[a-z0-9]+([._/-][a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    "a Docker Hub reference with its tag, such as nginx:1.26",
  );

const catalogueSchema = z.strictObject({
  schema: z.literal("compose-labs/images/v1"),
  images: z
    .array(
      z.strictObject({
        reference,
        purpose: z.string().min(5).describe("What the course uses it for"),
        standIn: z
          .string()
          .regex(/^[a-z][a-z0-9-]*$/)
          .describe("Target of the stand-ins' Dockerfile"),
        aliases: z.array(reference).default([]).describe("Other tags that labs use; a stand-in gets them too"),
      }),
    )
    .min(1)
    .superRefine((images, context) => {
      const seen = new Set<string>();
      for (const [index, image] of images.entries()) {
        for (const name of [image.reference, ...image.aliases]) {
          if (seen.has(name)) context.addIssue({ code: "custom", path: [index], message: `${name} is listed twice` });
          seen.add(name);
        }
      }
    }),
});

export type CatalogueImage = z.infer<typeof catalogueSchema>["images"][number];

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
