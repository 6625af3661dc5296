import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { differenceOf, type Mutant, type Source } from "@compose-labs/authoring/mutation";
import type { Lab, Result } from "@compose-labs/lab";
import type { MutantOutcome } from "@compose-labs/report";
import type { GradeOptions } from "../grading/grade.ts";
import type { Slots } from "../proof/slots.ts";
import { together } from "../proof/together.ts";
import type { UnchangedLab } from "../proof/unchanged.ts";
import { judgeMutant, judgeThrown, type MutantVerdict } from "./judge-mutant.ts";
import type { Memory } from "./memory.ts";

export interface RunMutantsOptions {
  lab: Lab;
  unchanged: UnchangedLab;
  /** Absolute path of the reference. */
  reference: string;
  source: Source;
  mutants: readonly Mutant[];
  memory: Memory;
  slots: Slots;
  temporary: string;
  signal: AbortSignal;
  grade: (options: Pick<GradeOptions, "lab" | "folder" | "signal">) => Promise<Result>;
  onOutcome: (outcome: MutantOutcome) => void;
}

/** Grades each mutant of which nothing is known. A fault is not remembered, so that the next run tries again. */
export async function runMutants(options: RunMutantsOptions): Promise<MutantOutcome[]> {
  const { lab, mutants, memory, slots, source } = options;
  return await together(options.signal, (signal) =>
    mutants.map(async (mutant) => {
      const known = memory.known.get(mutant.digest);
      const describe = (verdict: MutantVerdict, ms: number): MutantOutcome => ({
        id: mutant.id,
        operator: mutant.operator.id,
        title: mutant.operator.title,
        meaning: mutant.operator.meaning,
        ...verdict,
        difference: differenceOf(source, mutant),
        ms,
        resumed: known !== undefined,
      });
      if (known !== undefined) return describe(known, known.ms);
      return await slots.use(async () => {
        signal.throwIfAborted();
        await using laid = await layOutMutant(mutant, options);
        await options.unchanged.confirm();
        const from = performance.now();
        const verdict = await options.grade({ lab, folder: laid.folder, signal }).then(judgeMutant, judgeThrown);
        signal.throwIfAborted();
        await options.unchanged.confirm();
        const ms = performance.now() - from;
        const { status, killedBy, codes } = verdict;
        if (status !== "fault") await memory.remember(mutant.digest, { status, killedBy, codes, ms });
        const outcome = describe(verdict, ms);
        options.onOutcome(outcome);
        return outcome;
      });
    }),
  );
}

/** The reference with the mutant's files over it, in a folder that is removed at the end of the block. */
async function layOutMutant(
  mutant: Mutant,
  { reference, temporary }: Pick<RunMutantsOptions, "reference" | "temporary">,
): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(temporary, "mutant-"));
  await writeMutant(mutant, reference, folder);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Writes the mutant as a whole submission. */
export async function writeMutant({ files }: Mutant, reference: string, folder: string): Promise<void> {
  await cp(reference, folder, { recursive: true });
  for (const [path, text] of files) {
    const file = join(folder, path);
    if (text === undefined) await rm(file);
    else await mkdir(dirname(file), { recursive: true }).then(() => writeFile(file, text));
  }
}
