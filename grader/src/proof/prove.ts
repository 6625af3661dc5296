import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type CheckOutcome,
  checkProofAgainst,
  type Lab,
  loadProof,
  loadRubric,
  type Result,
  usageError,
} from "@compose-labs/lab";
import type { ProofCase, ProofFlake, ProofReport } from "@compose-labs/report";
import type { GradeOptions } from "../grading/grade.ts";
import { type Case, casesOf, caseTitle, layOut } from "./cases.ts";
import { judge, unkilledChecks } from "./judge.ts";
import type { Slots } from "./slots.ts";

export interface ProveOptions {
  lab: Lab;
  repeat: number;
  /** Names of cases; all if undefined. */
  only: string[] | undefined;
  /** Shared by all labs that are proven at once. */
  slots: Slots;
  temporary: string;
  signal: AbortSignal;
  grade: (options: Pick<GradeOptions, "lab" | "folder">) => Promise<Result>;
  onCase: (lab: Lab, entry: ProofCase) => void;
}

/** Grades every case of a lab as often as told and holds each against what the author says of it. */
export async function prove(options: ProveOptions): Promise<ProofReport> {
  const { lab, only, repeat } = options;
  const [proof, rubric] = await Promise.all([loadProof(lab), loadRubric(lab)]);
  checkProofAgainst(lab, proof, rubric);
  const every = casesOf(lab, proof);
  const cases =
    only === undefined ? every : every.filter((entry) => only.includes(entry.name === "" ? entry.kind : entry.name));
  if (cases.length === 0) {
    throw usageError(
      "CASE_UNKNOWN",
      `found no case ${only?.join(", ")} in ${lab.slug}; expected one of ${every.map((entry) => entry.name || entry.kind).join(", ")}`,
      {
        hint: "Name a case of this lab with --only.",
      },
    );
  }
  await mkdir(options.temporary, { recursive: true, mode: 0o700 });
  const temporary = await mkdtemp(join(options.temporary, "proof-"));
  const from = performance.now();
  try {
    const outcomes = await Promise.all(cases.map((entry) => proveCase(entry, options, temporary, repeat)));
    const { id, title } = lab.manifest;
    return {
      lab: { id, title, slug: lab.slug },
      checks: rubric.checks.map((check) => ({ id: check.id, title: check.title, points: check.points })),
      cases: outcomes.map(({ worst }) => worst),
      repeats: repeat,
      unkilled:
        only === undefined
          ? unkilledChecks(
              rubric,
              outcomes.map(({ worst }) => worst),
            )
          : [],
      flakes: outcomes.flatMap(({ flakes }) => flakes),
      ms: performance.now() - from,
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function proveCase(
  entry: Case,
  options: ProveOptions,
  temporary: string,
  repeat: number,
): Promise<{ worst: ProofCase; flakes: ProofFlake[] }> {
  const runs = await Promise.all(
    Array.from({ length: repeat }, () =>
      options.slots.use(async () => {
        options.signal.throwIfAborted();
        await using laid = await layOut(entry, temporary);
        const from = performance.now();
        const result = await options.grade({ lab: options.lab, folder: laid.folder });
        options.signal.throwIfAborted();
        return judge(entry, result, performance.now() - from);
      }),
    ),
  );
  const [first] = runs;
  if (!first) throw new RangeError("a case must be graded at least once");
  const worst = { ...(runs.find((run) => !run.ok) ?? first), ms: Math.max(...runs.map((run) => run.ms)) };
  options.onCase(options.lab, worst);
  return { worst, flakes: flakesOf(entry, runs) };
}

function flakesOf(entry: Case, runs: ProofCase[]): ProofFlake[] {
  const ids = new Set(runs.flatMap((run) => Object.keys(run.outcomes)));
  return [...ids].flatMap((check) => {
    const outcomes = runs.map((run): CheckOutcome => run.outcomes[check] ?? "not-run");
    return new Set(outcomes).size > 1 ? [{ case: caseTitle(entry), check, outcomes }] : [];
  });
}
