import { readFile } from "node:fs/promises";
import { usageError } from "@compose-labs/lab";
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
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
    .min(1),
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

/**
 * Reads and checks the catalogue. Throws the usage errors `CATALOGUE_MISSING`, `CATALOGUE_SYNTAX` and
 * `CATALOGUE_INVALID`, with the line and column of the first mistake.
 */
export async function loadCatalogue(file: string): Promise<Catalogue> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw usageError("CATALOGUE_MISSING", `cannot read the image catalogue ${file}`, {
      hint: "Restore labs/images.yaml from the repository: git checkout labs/images.yaml",
      cause,
    });
  }
  return parseCatalogue(text, file);
}

/** The pure part of `loadCatalogue`; `file` is only for the messages. */
export function parseCatalogue(text: string, file: string): Catalogue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { file, line, column: col };
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    throw usageError("CATALOGUE_SYNTAX", `the image catalogue is not YAML: ${syntax.message.split("\n")[0]}`, {
      hint: "Mend the line; the other entries of the file show the form.",
      place: at(syntax.pos[0]),
    });
  }
  const parsed = catalogueSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    throw usageError("CATALOGUE_INVALID", `image catalogue, ${path.join(".") || "top level"}: ${issue?.message}`, {
      hint: "An entry has reference, purpose, standIn and, if need be, aliases.",
      place: at(offsetOf(document.contents, path, (rest) => document.getIn(rest, true))),
    });
  }
  const seen = new Set<string>();
  for (const [index, image] of parsed.data.images.entries()) {
    for (const name of [image.reference, ...image.aliases]) {
      if (seen.has(name)) {
        throw usageError("CATALOGUE_INVALID", `image catalogue: ${name} is listed twice`, {
          hint: "Keep one of the two entries.",
          place: at(offsetOf(document.contents, ["images", index], (rest) => document.getIn(rest, true))),
        });
      }
      seen.add(name);
    }
  }
  return { images: parsed.data.images };
}

/** Where the value at `path` is written, or its nearest ancestor that is. */
function offsetOf(
  root: Node | null,
  path: readonly PropertyKey[],
  find: (path: PropertyKey[]) => unknown,
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = find(path.slice(0, length));
    if (isScalar(node) || isMap(node) || (typeof node === "object" && node !== null && "range" in node)) {
      return (node as Node).range?.[0];
    }
  }
  return root?.range?.[0];
}
