import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Slots } from "../src/proof/slots.ts";

/** Begins work of these needs at once; what has begun, and ends it by name. */
function begin(slots: Slots, needs: Record<string, number>) {
  const running = new Set<string>();
  const ends = new Map<string, (failure?: Error) => void>();
  const all = Object.entries(needs).map(([name, count]) =>
    slots
      .use(async () => {
        running.add(name);
        const failure = await new Promise<Error | undefined>((resolve) => ends.set(name, resolve));
        running.delete(name);
        if (failure !== undefined) throw failure;
        return name;
      }, count)
      .catch((error: unknown) => error),
  );
  const seen = async () => {
    await turn();
    return [...running].join(" ");
  };
  return {
    all,
    seen,
    async end(name: string, failure?: Error) {
      ends.get(name)?.(failure);
      return await seen();
    },
  };
}

describe("slots", () => {
  test("let so much run at once, the rest in order", async () => {
    const work = begin(new Slots(2), { a: 1, b: 1, c: 1, d: 1 });
    expect(await work.seen()).toBe("a b");
    expect(await work.end("b")).toBe("a c");
    expect(await work.end("a")).toBe("c d");
    expect(await work.end("c")).toBe("d");
    expect(await work.end("d")).toBe("");
    expect(await Promise.all(work.all)).toEqual(["a", "b", "c", "d"]);
  });

  test("are kept for what needs several, and nothing overtakes it", async () => {
    const work = begin(new Slots(3), { a: 1, b: 3, c: 1, d: 2 });
    expect(await work.seen()).toBe("a");
    expect(await work.end("a")).toBe("b");
    expect(await work.end("b")).toBe("c d");
    await work.end("c");
    await work.end("d");
    await Promise.all(work.all);
  });

  test("are all taken by what needs more than there are", async () => {
    const work = begin(new Slots(2), { a: 3, b: 1 });
    expect(await work.seen()).toBe("a");
    expect(await work.end("a")).toBe("b");
    await work.end("b");
    await Promise.all(work.all);
  });

  test("come free when work fails", async () => {
    const work = begin(new Slots(1), { a: 1, b: 1 });
    const failure = new Error("the engine is gone");
    expect(await work.seen()).toBe("a");
    expect(await work.end("a", failure)).toBe("b");
    await work.end("b");
    expect(await Promise.all(work.all)).toEqual([failure, "b"]);
  });
});
