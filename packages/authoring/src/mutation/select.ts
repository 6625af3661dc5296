import { closest, createFresh, usageError } from "@compose-labs/lab";
import type { Mutant } from "./generate.ts";
import { means } from "./pattern.ts";

/** Those that the words mean. Throws the usage error MUTANT_UNKNOWN for a word that means none. */
export function selectMutants(mutants: readonly Mutant[], words: readonly string[]): Mutant[] {
  for (const word of words) {
    if (mutants.some(means(word))) continue;
    const near = closest(word, [...mutants.map(({ id }) => id), ...mutants.map(({ operator }) => operator.id)]);
    throw usageError("MUTANT_UNKNOWN", `found no mutant "${word}", expected the id of a mutant or of an operator`, {
      hint: near === undefined ? "List them with `grader mutate <lab> --list`." : `Did you mean \`${near}\`?`,
    });
  }
  return mutants.filter((mutant) => words.some((word) => means(word)(mutant)));
}

/** So many of them, drawn by the seed and spread over the operators: each gives one before any gives two. */
export function sampleMutants(mutants: readonly Mutant[], count: number, seed: string): Mutant[] {
  const fresh = createFresh(seed);
  const drawn = mutants
    .map((mutant) => ({ mutant, lot: fresh.int(mutant.id, 0, 0xffff_fffe) }))
    .sort((a, b) => a.lot - b.lot);
  const rounds = new Map<string, number>();
  const placed = drawn.map(({ mutant, lot }) => {
    const round = rounds.get(mutant.operator.id) ?? 0;
    rounds.set(mutant.operator.id, round + 1);
    return { mutant, lot, round };
  });
  const chosen = new Set(
    placed
      .sort((a, b) => a.round - b.round || a.lot - b.lot)
      .slice(0, count)
      .map(({ mutant }) => mutant),
  );
  return mutants.filter((mutant) => chosen.has(mutant));
}
