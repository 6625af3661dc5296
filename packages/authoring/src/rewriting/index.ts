import { COMPOSE_REWRITINGS } from "./compose-rewritings.ts";
import { DOCKERFILE_REWRITINGS } from "./dockerfile-rewritings.ts";
import type { Files, Source } from "./rewriting.ts";

export { readSource } from "./read-source.ts";
export type { Files, Source } from "./rewriting.ts";

/** Every way in which a submission can be written otherwise and mean the same: by id, the files that change. Pure. */
export function rewrite(source: Source): Map<string, Files> {
  return new Map(
    [...COMPOSE_REWRITINGS, ...DOCKERFILE_REWRITINGS].flatMap(({ id, rewrite: apply }): [string, Files][] => {
      const changed = apply(source);
      return changed === undefined ? [] : [[id, changed]];
    }),
  );
}
