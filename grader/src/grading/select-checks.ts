import { type Check, closest, type Rubric, usageError } from "@compose-labs/lab";

/** The checks that `ids` name and all that they need; every check when no ids are given. */
export function selectChecks(rubric: Rubric, ids: string[] | undefined): Set<Check> {
  if (ids === undefined || ids.length === 0) return new Set(rubric.checks);
  const selected = new Set<Check>();
  const add = (check: Check): void => {
    selected.add(check);
    for (const need of check.needs) add(need);
  };
  for (const id of ids) {
    const check = rubric.checks.find((candidate) => candidate.id === id);
    if (!check) throw unknownCheck(id, rubric);
    add(check);
  }
  return selected;
}

function unknownCheck(id: string, rubric: Rubric): Error {
  const known = rubric.checks.map((check) => check.id);
  const near = closest(id, known);
  return usageError("CHECK_UNKNOWN", `found no check "${id}" in this lab; expected one of ${known.join(", ")}`, {
    hint: near === undefined ? "Run without --only to see every check." : `Did you mean \`${near}\`?`,
  });
}
