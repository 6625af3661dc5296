import {
  equivalentReasons,
  generateMutants,
  type Mutant,
  readMutationSource,
  type Source,
  sampleMutants,
  selectMutants,
} from "@compose-labs/authoring/mutation";
import { checkProofAgainst, type Lab, loadProof, loadRubric } from "@compose-labs/lab";
import { keepUnchanged, type UnchangedLab } from "../proof/unchanged.ts";
import { changedSince } from "./changed-since.ts";

/** The mutants of one lab, and which of them are to be graded. */
export interface Plan {
  lab: Lab;
  unchanged: UnchangedLab;
  reference: string;
  source: Source;
  all: Mutant[];
  asked: Mutant[];
  equivalent: Map<string, string>;
}

/** Throws usage errors for a lab that is wrong and for words that mean nothing. */
export async function planOf(
  lab: Lab,
  { only, since, sample, seed }: { only?: string[]; since?: string; sample?: number; seed?: string },
): Promise<Plan> {
  const unchanged = await keepUnchanged(lab);
  const [proof, rubric] = await Promise.all([loadProof(lab), loadRubric(lab)]);
  checkProofAgainst(lab, proof, rubric);
  const source = await readMutationSource(lab, proof.reference);
  const all = generateMutants(source);
  const equivalent = equivalentReasons(all, proof.equivalent);
  // Asked for by name, a mutant is graded although the lab says that it is no mistake.
  let asked = only === undefined ? all.filter(({ id }) => !equivalent.has(id)) : selectMutants(all, only);
  if (since !== undefined) asked = await changedSince(lab, asked, since);
  if (sample !== undefined) asked = sampleMutants(asked, sample, seed ?? lab.slug);
  return { lab, unchanged, reference: proof.reference, source, all, asked, equivalent };
}
