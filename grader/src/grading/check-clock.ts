import type { DeadlineClock } from "@compose-labs/engine";

/**
 * A deadline that stands still while a check waits for a phase of the run: a slow build or start costs a check
 * none of its own time. It is told by the run's clock.
 */
export class CheckClock {
  #left: number;
  #waits = 0;
  #startedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #busy = 0;
  readonly #expire: () => void;
  readonly #clock: Pick<DeadlineClock, "now">;

  /** @param seconds time the check itself may use */
  constructor(seconds: number, clock: Pick<DeadlineClock, "now">, expire: () => void) {
    this.#left = seconds * 1000;
    this.#expire = expire;
    this.#clock = clock;
    this.#startedAt = clock.now();
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

  /** Stops for good and answers the milliseconds used by the clock, waits left out. */
  stop(): number {
    if (this.#waits === 0) this.#pause();
    this.#waits = Number.POSITIVE_INFINITY;
    return this.#busy;
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#count();
  }

  #resume(): void {
    this.#startedAt = this.#clock.now();
    this.#arm();
  }

  /** The clock may have run more slowly than the timer, which then is set once more. */
  #arm(): void {
    const wait = Math.max(0, Math.ceil(this.#left));
    this.#timer = setTimeout(() => {
      this.#count();
      if (this.#left <= 0) this.#expire();
      else this.#arm();
    }, wait);
  }

  #count(): void {
    const now = this.#clock.now();
    const used = now - this.#startedAt;
    this.#startedAt = now;
    this.#left -= used;
    this.#busy += used;
  }
}
