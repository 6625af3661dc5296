import { closest } from "@compose-labs/lab";

/** Longer words are nobody's typing mistake, and comparing them takes time. */
const MAX_LENGTH = 60;

/** The candidate that a student's `word` was most likely meant to be, other than itself; undefined when none is near. */
export function likely(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  return closest(
    word,
    [...candidates].filter((candidate) => candidate !== word && candidate.length <= MAX_LENGTH),
  );
}
