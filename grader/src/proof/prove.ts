import { checkProofAgainst, type Lab, loadProof, loadRubric, type Result } from "@compose-labs/lab";
import type { ProofCase, ProofFlake, ProofReport } from "@compose-labs/report";
import type { GradeOptions } from "../grading/grade.ts";
import { adverseCasesOf, type Case, casesOf, layOut } from "./cases.ts";
import { flakesOf, judge, unkilledChecks, worstOf } from "./judge.ts";
import { dealOut, type Shard, selectCases } from "./selection.ts";
import type { Slots } from "./slots.ts";
import { together } from "./together.ts";
import { keepUnchanged, type UnchangedLab } from "./unchanged.ts";

export interface ProveOptions {
  lab: Lab;
  repeat: number;
  /** Names of cases, or of the conditions that they are graded under; all if undefined. */
  only: string[] | undefined;
  /** One part of the cases; all if undefined. */
  shard: Shard | undefined;
  /** Every worse machine and every other writing too. */
  adversity: boolean;
  /** Shared by all labs that are proven at once. */
  slots: Slots;
  /** A folder of this process, where cases are laid out. */
  temporary: string;
  signal: AbortSignal;
  grade: (options: Pick<GradeOptions, "lab" | "folder" | "signal" | "adversity">) => Promise<Result>;
  onCase: (lab: Lab, entry: ProofCase) => void;
}

/** Grades every case of a lab as often as told and holds each against what the author says of it. */
export async function prove(options: ProveOptions): Promise<ProofReport> {
  const { lab, only, repeat } = options;
  const unchanged = await keepUnchanged(lab);
  const [proof, rubric] = await Promise.all([loadProof(lab), loadRubric(lab)]);
  checkProofAgainst(lab, proof, rubric);
  const plain = casesOf(lab, proof);
  const all = options.adversity ? [...plain, ...(await adverseCasesOf(lab, plain))] : plain;
  const cases = dealOut(selectCases(all, only, lab.slug), options.shard ?? { part: 1, of: 1 }, lab.slug);
  const from = performance.now();
  const outcomes = await together(options.signal, (signal) =>
    cases.map((entry) => proveCase(entry, { ...options, signal, unchanged })),
  );
  const { id, title } = lab.manifest;
  return {
    lab: { id, title, slug: lab.slug },
    checks: rubric.checks.map((check) => ({ id: check.id, title: check.title, points: check.points })),
    cases: outcomes.map(({ worst }) => worst),
    left: all.length - cases.length,
    repeats: repeat,
    unkilled:
      cases.length === all.length
        ? unkilledChecks(
            rubric,
            outcomes.map(({ worst }) => worst),
          )
        : [],
    flakes: outcomes.flatMap(({ flakes }) => flakes),
    ms: performance.now() - from,
  };
}

async function proveCase(
  entry: Case,
  { lab, slots, signal, grade, repeat, temporary, onCase, unchanged }: ProveOptions & { unchanged: UnchangedLab },
): Promise<{ worst: ProofCase; flakes: ProofFlake[] }> {
  const { copies = 1, adversity } = entry.condition ?? {};
  const runs = await together(signal, (either) =>
    Array.from({ length: repeat }, () =>
      slots.use(async () => {
        either.throwIfAborted();
        await using laid = await layOut(entry, temporary);
        await unchanged.confirm();
        const from = performance.now();
        const results = await together(either, (each) =>
          Array.from({ length: copies }, () =>
            grade({ lab, folder: laid.folder, signal: each, ...(adversity === undefined ? {} : { adversity }) }),
          ),
        );
        either.throwIfAborted();
        await unchanged.confirm();
        return results.map((result) => judge(entry, result, performance.now() - from));
      }, copies),
    ),
  );
  const worst = worstOf(runs.flat());
  onCase(lab, worst);
  return { worst, flakes: flakesOf(entry, runs.map(worstOf)) };
}
