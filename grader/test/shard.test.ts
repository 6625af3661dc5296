import { expect, it } from "vitest";
import { dealOut } from "../src/proof/shard.ts";

it("deals every case out once, in turn", () => {
  const cases = [...Array(11).keys()];
  for (const of of [1, 2, 3, 4, 11]) {
    const parts = Array.from({ length: of }, (_, index) => dealOut(cases, { part: index + 1, of }, "01-demo"));
    expect(parts.flat().toSorted((a, b) => a - b)).toEqual(cases);
    const sizes = parts.map(({ length }) => length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
});

it("has no empty part", () => {
  expect(() => dealOut([1, 2], { part: 3, of: 3 }, "01-demo")).toThrow("found no case of 01-demo in part 3 of 3");
});
