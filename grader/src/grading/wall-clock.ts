import { faultError } from "@compose-labs/lab";

/** The seconds a whole run may take after its build. Each wait has its own deadline; this one is for all of them together. */
export class WallClock {
  /** Aborted when the time is over, with the fault `RUN_TIMEOUT`, or when `outer` is. */
  readonly signal: AbortSignal;
  readonly #over = new AbortController();
  readonly #seconds: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number, outer: AbortSignal) {
    this.#seconds = seconds;
    this.signal = AbortSignal.any([outer, this.#over.signal]);
  }

  start(): void {
    this.#timer ??= setTimeout(() => this.#over.abort(timeoutFault(this.#seconds)), this.#seconds * 1000).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function timeoutFault(seconds: number) {
  return faultError("RUN_TIMEOUT", `the run took longer than its ${seconds} s (limits.wall of the lab)`, {
    hint: "The machine may be overloaded; run it again. If it happens every time, tell the lab's author. No points are lost.",
  });
}
