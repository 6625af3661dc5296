import type { CheckRecord } from "./check-run.ts";

/** What a grading tells while it goes on; a terminal shows it, `--json` and tests need not. */
export interface Progress {
  phase(name: string): void;
  checkDone(record: CheckRecord): void;
}

export const silent: Progress = { phase: () => {}, checkDone: () => {} };

/** Milliseconds per phase, written as each ends. */
export class Stopwatch {
  readonly timings: Record<string, number> = {};
  readonly #started = performance.now();

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await work();
    } finally {
      this.timings[phase] = performance.now() - from;
    }
  }

  total(): number {
    return performance.now() - this.#started;
  }
}
