/** Lets so much work run at once; the rest waits in order, so that what needs many slots is not put off for ever. */
export class Slots {
  readonly #count: number;
  #free: number;
  readonly #queue: { needs: number; start: () => void }[] = [];

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** Runs `work` in as many slots as it needs, in all of them where it needs more than there are. */
  async use<T>(work: () => Promise<T>, slots = 1): Promise<T> {
    const needs = Math.min(slots, this.#count);
    await new Promise<void>((start) => {
      this.#queue.push({ needs, start });
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      this.#free += needs;
      this.#startNext();
    }
  }

  #startNext(): void {
    for (let next = this.#queue[0]; next !== undefined && next.needs <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.needs;
      next.start();
    }
  }
}
