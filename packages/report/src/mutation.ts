/** What became of one mutant. */
export interface MutantOutcome {
  /** `volume.drop:services.db.volumes[0]` */
  id: string;
  /** `volume.drop` */
  operator: string;
  /** What was done, as words that follow "to". */
  title: string;
  /** What it would mean for a student that nobody notices, as one sentence. */
  meaning: string;
  /** `killed`: a check failed. `refused`: by the policy, before anything started. `survived`: full marks. */
  status: "killed" | "refused" | "survived" | "fault";
  /** Ids of the checks that failed. */
  killedBy: string[];
  /** Finding codes of a refusal, or the code of a fault. */
  codes: string[];
  /** Of a fault. */
  problem?: string;
  /** A unified diff against the reference. */
  difference: string;
  /** Milliseconds. */
  ms: number;
  /** Known from an earlier run. */
  resumed: boolean;
}

/** What `grader mutate` found out about one lab. */
export interface MutationReport {
  lab: { id: string; title: string; slug: string };
  /** In the rubric's order. */
  checks: { id: string; title: string }[];
  mutants: MutantOutcome[];
  /** Mutants that were made and not graded, since the lab says that they are no mistakes. */
  equivalent: { id: string; reason: string }[];
  /** Mutants that were made and not asked for. */
  left: number;
  /** Percent of the mutants that must be killed. */
  threshold: number;
  /** Milliseconds. */
  ms: number;
}

/** Percent of the mutants with a verdict that did not survive; undefined when there is none. */
export function mutationScore({ mutants }: Pick<MutationReport, "mutants">): number | undefined {
  const judged = mutants.filter(({ status }) => status !== "fault");
  if (judged.length === 0) return undefined;
  return (100 * judged.filter(({ status }) => status !== "survived").length) / judged.length;
}
