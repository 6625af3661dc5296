import { closest, usageError } from "@compose-labs/lab";
import type { Case } from "./cases.ts";

/** The first, second … of so many parts of a proof; the others are graded elsewhere, or at another time. */
export interface Shard {
  part: number;
  of: number;
}

/**
 * One part of the cases: they are dealt out in turn, so that each part has some of every kind. Throws SHARD_EMPTY where
 * there are fewer cases than parts: no case is no proof.
 */
export function dealOut<T>(cases: readonly T[], { part, of }: Shard, slug: string): T[] {
  const own = cases.filter((_, index) => index % of === part - 1);
  if (own.length > 0) return own;
  throw usageError(
    "SHARD_EMPTY",
    `found no case of ${slug} in part ${part} of ${of}; expected a part of its ${cases.length} cases`,
    {
      hint: `Deal them out to at most ${cases.length}: --shard 1/${cases.length}.`,
    },
  );
}

/**
 * The cases of these names, or under the conditions of these names; all if undefined. Every name must be that of a
 * case, or it is the usage error CASE_UNKNOWN: a slip must not look like a proof.
 */
export function selectCases(cases: Case[], only: string[] | undefined, slug: string): Case[] {
  if (only === undefined) return cases;
  const namesOf = ({ name, kind, condition }: Case) => [
    name === "" ? kind : name,
    ...(condition ? [condition.name] : []),
  ];
  const names = [...new Set(cases.flatMap(namesOf))];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return cases.filter((entry) => namesOf(entry).some((name) => only.includes(name)));
  const near = closest(unknown, names);
  throw usageError("CASE_UNKNOWN", `found no case "${unknown}" in ${slug}; expected one of ${names.join(", ")}`, {
    hint: near === undefined ? "Name cases of this lab with --only, after the lab." : `Did you mean \`${near}\`?`,
  });
}
