import { expect, it } from "vitest";
import type { Case } from "../src/proof/cases.ts";
import { CONDITIONS } from "../src/proof/conditions.ts";
import { dealOut, selectCases } from "../src/proof/selection.ts";

const bare = { kills: [], refused: undefined, tree: "", overlay: undefined, removes: [] };
const CASES: Case[] = [
  { ...bare, kind: "reference", name: "" },
  { ...bare, kind: "mutant", name: "crashes" },
  { ...bare, kind: "rewrite", name: "json" },
  ...CONDITIONS.map((condition): Case => ({ ...bare, kind: "reference", name: "", condition })),
];

it("selects cases by their own names and by those of conditions", () => {
  const named = (...only: string[]) => selectCases(CASES, only, "01-demo").map((entry) => CASES.indexOf(entry));
  expect(named("crashes", "json")).toEqual([1, 2]);
  expect(named("cold-cache")).toEqual([3 + CONDITIONS.findIndex(({ name }) => name === "cold-cache")]);
  expect(named("reference")).toHaveLength(1 + CONDITIONS.length);
  expect(selectCases(CASES, undefined, "01-demo")).toEqual(CASES);
  expect(() => named("cold-cash")).toThrow('found no case "cold-cash" in 01-demo');
});

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
