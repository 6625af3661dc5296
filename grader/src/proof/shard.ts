import { usageError } from "@compose-labs/lab";

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
