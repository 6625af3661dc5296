import { createHash } from "node:crypto";

/** Values drawn from the run's seed, so that nothing can be hard-coded and every run can be repeated. */
export interface Fresh {
  readonly seed: string;
  /** 12 lower-case letters and digits, starting with a letter; the same name gives the same value in one run. */
  token(name: string): string;
  /** A whole number in `[min, max]`. */
  int(name: string, min: number, max: number): number;
}

/** All values are a function of `(seed, name)`: the order in which checks ask does not matter. */
export function createFresh(seed: string): Fresh {
  const digest = (name: string) => createHash("sha256").update(`${seed}\0${name}`).digest();
  return {
    seed,
    token(name) {
      const letters = BigInt(`0x${digest(name).toString("hex")}`).toString(36);
      return `v${letters.slice(0, 11)}`;
    },
    int(name, min, max) {
      return min + (digest(name).readUInt32BE(0) % (max - min + 1));
    },
  };
}
