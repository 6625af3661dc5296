import type { Lab } from "@compose-labs/lab";
import { matchAny } from "@compose-labs/submission";
import { readSource } from "../rewriting/read-source.ts";
import { listTree } from "../tree.ts";
import { normaliseCompose, readCompose } from "./compose-text.ts";
import type { Source } from "./operator.ts";

/** The reference as operators see it: only what a student hands in. */
export async function readMutationSource(lab: Lab, reference: string): Promise<Source> {
  const { manifest, starter } = lab;
  const { files, compose } = await readSource(lab, reference);
  const isGiven = matchAny(manifest.given);
  const given = (await listTree(starter)).filter(isGiven);
  return makeSource({ files, compose, given: [...given, ...manifest.canaries].sort(), images: manifest.images });
}

/** The same of files by path, `compose` being the path of the Compose file; it is brought into one way of writing. */
export function makeSource(parts: {
  files: ReadonlyMap<string, string>;
  compose: string | undefined;
  given: readonly string[];
  images: readonly string[];
}): Source {
  const files = new Map([...parts.files].sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = parts.compose === undefined ? undefined : files.get(parts.compose);
  const compose =
    parts.compose === undefined || text === undefined ? undefined : readCompose(parts.compose, normaliseCompose(text));
  if (compose !== undefined) files.set(compose.path, compose.text);
  return { files, compose, given: parts.given, images: parts.images };
}
