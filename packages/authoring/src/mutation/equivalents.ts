import { closest, type EquivalentEntry, usageError } from "@compose-labs/lab";
import type { Mutant } from "./generate.ts";
import { means } from "./pattern.ts";

/**
 * Why a mutant is no mistake, by the mutant's id. Throws a usage error EQUIVALENT_UNKNOWN, with the place, for an
 * entry of `equivalent` in mutants.yaml that means none of the mutants.
 */
export function equivalentReasons(
  mutants: readonly Mutant[],
  entries: readonly EquivalentEntry[],
): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const { pattern, reason, place } of entries) {
    const meant = mutants.filter(means(pattern));
    if (meant.length === 0) throw unknown(pattern, mutants, place);
    for (const { id } of meant) reasons.set(id, reason);
  }
  return reasons;
}

function unknown(pattern: string, mutants: readonly Mutant[], place: EquivalentEntry["place"]): Error {
  const near = closest(pattern, [...mutants.map(({ id }) => id), ...mutants.map(({ operator }) => operator.id)]);
  return usageError(
    "EQUIVALENT_UNKNOWN",
    `found \`${pattern}\` in \`equivalent\`, expected the id of a mutant that is made of the reference`,
    {
      place,
      hint:
        near === undefined
          ? "List them with `grader mutate <lab> --list`, or take the entry out."
          : `Did you mean \`${near}\`? \`grader mutate <lab> --list\` shows them all.`,
    },
  );
}
