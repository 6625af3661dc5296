/**
 * A deadline that stands still while a check waits for a phase of the run: a slow build or start costs a check
 * none of its own time.
 */
export class CheckClock {
  #left: number;
  #waits = 0;
  #startedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #busy = 0;
  readonly #expire: () => void;

  /** @param seconds time the check itself may use */
  constructor(seconds: number, expire: () => void) {
    this.#left = seconds * 1000;
    this.#expire = expire;
    this.#startedAt = performance.now();
    this.#resume();
  }

  async pauseFor<T>(phase: Promise<T>): Promise<T> {
    if (this.#waits++ === 0) this.#pause();
    try {
      return await phase;
    } finally {
      if (--this.#waits === 0) this.#resume();
    }
  }

  /** Stops for good and answers the milliseconds used, waits left out. */
  stop(): number {
    if (this.#waits === 0) this.#pause();
    this.#waits = Number.POSITIVE_INFINITY;
    return this.#busy;
  }

  #pause(): void {
    const used = performance.now() - this.#startedAt;
    clearTimeout(this.#timer);
    this.#left -= used;
    this.#busy += used;
  }

  #resume(): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#expire, Math.max(0, this.#left));
  }
}
