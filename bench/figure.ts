import type { Timing } from "./process.ts";

/** What a figure is held against: a ratio to the baseline, or milliseconds of its own. */
type Target = { ratio: number } | { ms: number };

/** One figure: samples in milliseconds. */
export interface Figure {
  name: string;
  ours: number[];
  /** What it is compared with, from the same run. */
  baseline?: { name: string; samples: number[] };
  target: Target;
}

export interface Bench {
  /** For `--only`. */
  name: string;
  run(context: BenchContext): Promise<Figure[]>;
}

export interface BenchContext {
  /** The repository's root and the grader's entry in it. */
  root: string;
  grader: string;
  /** Empty folder for this run's submissions. */
  temporary: string;
  runs: number;
  /** Only a few cases of `verify`. */
  quick: boolean;
  /** Labs whose `verify` is measured. */
  labs: string[];
  signal: AbortSignal;
  note(text: string): void;
}

export function median(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("no samples");
  return (low + high) / 2;
}

export function ratioOf({ ours, baseline }: Figure): number | undefined {
  return baseline && median(ours) / median(baseline.samples);
}

export function isMet(figure: Figure): boolean {
  if ("ms" in figure.target) return median(figure.ours) <= figure.target.ms;
  const ratio = ratioOf(figure);
  return ratio !== undefined && ratio <= figure.target.ratio;
}

/** A B A B: whatever else the machine does falls on both. */
export async function alternate(
  runs: number,
  ours: () => Promise<Timing>,
  theirs: () => Promise<Timing>,
): Promise<{ ours: Timing[]; theirs: Timing[] }> {
  const timings: { ours: Timing[]; theirs: Timing[] } = { ours: [], theirs: [] };
  for (let run = 0; run < runs; run += 1) {
    timings.ours.push(await ours());
    timings.theirs.push(await theirs());
  }
  return timings;
}
