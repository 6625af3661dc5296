import { createHash } from "node:crypto";
import { parseDocument } from "yaml";
import type { Operator, Source } from "./operator.ts";
import { OPERATORS } from "./operators.ts";

/** A wrong solution that an operator made of the reference. */
export interface Mutant {
  /** Stable as long as the reference is: `volume.drop:services.db.volumes[0]`. */
  id: string;
  operator: Operator;
  target: string;
  /** New text by path; undefined takes the file away. Other files are the reference's. */
  files: ReadonlyMap<string, string | undefined>;
  /** SHA-256 over its files: two mutants with the same one are the same. */
  digest: string;
}

/**
 * Every mutant of a reference, by operator, always in the same order. What comes out as the reference or as an earlier
 * mutant is left away.
 */
export function generateMutants(source: Source, operators: readonly Operator[] = OPERATORS): Mutant[] {
  const seen = new Set<string>([digestOf(source, new Map())]);
  const mutants: Mutant[] = [];
  for (const operator of operators) {
    for (const { target, files } of operator.mutate(source)) {
      const digest = digestOf(source, files);
      if (seen.has(digest)) continue;
      seen.add(digest);
      mutants.push({ id: `${operator.id}:${target}`, operator, target, files, digest });
    }
  }
  return mutants;
}

/** The Compose file counts by its values: one that is only written otherwise is the same. */
function digestOf({ files, compose }: Source, changes: Mutant["files"]): string {
  const hash = createHash("sha256");
  for (const [path, text] of [...new Map([...files, ...changes])].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (text === undefined) continue;
    const content = path === compose?.path ? JSON.stringify(parseDocument(text).toJS()) : text;
    hash.update(`${path}\0${content}\0`);
  }
  return hash.digest("hex");
}
