import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Tasks that want to run, for each processor: deadlines of labs leave room for a machine that is so busy. */
const ALLOWED = 4;
/** The least share of real time that the clock runs with, so that no stack holds its own deadlines up for ever. */
const SLOWEST = 0.25;
/** Milliseconds between two looks at the machine. */
const LOOK = 100;
/** What an overload held up is still on its way so many milliseconds after it. */
const AFTERMATH = 10_000;

/**
 * The clock of every deadline that decides about a student. It runs as real time does, and slower while the machine is
 * overloaded: who has a tenth of a processor for a moment is not slow. Only Linux tells how busy it is in one moment
 * (`/proc/loadavg`, tasks that run or wait for a processor); elsewhere this is real time.
 */
export class DeadlineClock implements Disposable {
  readonly #runnable: () => number | undefined;
  readonly #processors: number;
  readonly #timer: NodeJS.Timeout;
  #at = performance.now();
  #counted = 0;
  #overloadedAt = Number.NEGATIVE_INFINITY;

  constructor(runnable: () => number | undefined = runnableTasks, processors: number = availableParallelism()) {
    this.#runnable = runnable;
    this.#processors = processors;
    this.#timer = setInterval(() => this.now(), LOOK).unref();
  }

  /** Milliseconds that count since the clock was made. */
  now(): number {
    const at = performance.now();
    const pace = paceOf(this.#runnable() ?? 0, this.#processors);
    if (pace < 1) this.#overloadedAt = at;
    this.#counted += (at - this.#at) * pace;
    this.#at = at;
    return this.#counted;
  }

  /** Whether the machine is overloaded, or was so a moment ago. */
  get overloaded(): boolean {
    return performance.now() - this.#overloadedAt < AFTERMATH;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function paceOf(runnable: number, processors: number): number {
  return Math.max(SLOWEST, Math.min(1, (ALLOWED * processors) / Math.max(1, runnable)));
}

/** Fourth field of `/proc/loadavg`: tasks that can run, then all. Undefined where there is no such file. */
function runnableTasks(): number | undefined {
  try {
    const runnable = /(\d+)\/\d+ \d+$/.exec(readFileSync("/proc/loadavg", "latin1").trimEnd())?.[1];
    return runnable === undefined ? undefined : Number(runnable);
  } catch {
    return undefined;
  }
}
