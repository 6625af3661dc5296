import { describe, expect, it } from "vitest";
import { together } from "../src/proof/together.ts";

const never = new AbortController().signal;

describe("together", () => {
  it("answers all values in order", async () => {
    expect(await together(never, () => [Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
  });

  it("aborts the others at the first error, and waits for their end", async () => {
    const ends: unknown[] = [];
    const error = new Error("first");
    const work = together(never, (signal) => [
      new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => {
          setImmediate(() => {
            ends.push(signal.reason);
            resolve();
          });
        }),
      ),
      Promise.reject(error),
    ]);
    await expect(work).rejects.toBe(error);
    expect(ends).toEqual([error]);
  });

  it("hands an abort from outside on", async () => {
    const outer = new AbortController();
    const work = together(outer.signal, (signal) => [
      new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ]);
    outer.abort(new Error("interrupted"));
    await expect(work).rejects.toThrow("interrupted");
  });
});
