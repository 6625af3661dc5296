import { mkdir } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { differenceOf, selectMutants } from "@compose-labs/authoring/mutation";
import { usageError } from "@compose-labs/lab";
import type { Project } from "../project.ts";
import type { Plan } from "./plan.ts";
import { writeMutant } from "./run-mutants.ts";

/** Those that would be graded, then those that are no mistakes. */
export function listMutants(plans: readonly Plan[], json: boolean): number {
  const listed = plans.flatMap(({ lab, source, asked, all, equivalent }) =>
    [...asked, ...all.filter((mutant) => equivalent.has(mutant.id) && !asked.includes(mutant))].map((mutant) => ({
      lab: lab.slug,
      id: mutant.id,
      title: mutant.operator.title,
      meaning: mutant.operator.meaning,
      equivalent: equivalent.get(mutant.id),
      difference: differenceOf(source, mutant),
    })),
  );
  if (json) process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
  else {
    for (const { lab, id, equivalent } of listed) {
      process.stdout.write(`${lab}  ${id}${equivalent === undefined ? "" : "  (equivalent)"}\n`);
    }
  }
  return 0;
}

/** One mutant as a difference, and as a folder that can be graded if one is named. */
export async function showMutant(
  id: string,
  plans: readonly Plan[],
  project: Project,
  into: string | undefined,
): Promise<number> {
  const found = plans.flatMap((plan) =>
    plan.all.filter((mutant) => mutant.id === id).map((mutant) => ({ plan, mutant })),
  );
  const [first] = found;
  if (first === undefined) {
    selectMutants(
      plans.flatMap(({ all }) => all),
      [id],
    );
    throw usageError("MUTANT_UNKNOWN", `found that "${id}" means several mutants, expected the id of one`, {
      hint: "List them with `grader mutate <lab> --list`.",
    });
  }
  for (const { plan, mutant } of found) {
    process.stdout.write(`${plan.lab.slug}  ${id}\n${mutant.operator.meaning}\n\n${differenceOf(plan.source, mutant)}`);
  }
  if (into !== undefined) {
    const folder = resolve(project.workingDirectory, into);
    await makeFolder(folder);
    await writeMutant(first.mutant, first.plan.reference, folder);
    const shown = relative(project.workingDirectory, folder);
    process.stderr.write(`Grade it with \`grader check ${first.plan.lab.slug} ${shown}\`.\n`);
  }
  return 0;
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw usageError(
      "INTO_UNUSABLE",
      `${folder}: cannot be made (${cause.code}), expected a folder that does not exist yet`,
      {
        hint: "Name a new folder with --into, in a folder that exists.",
        cause,
      },
    );
  });
}
