import { expect, it } from "vitest";
import { durationOf, signalOf, timesOf } from "../../src/mutation/measures.ts";

it.each([
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["0", 0],
  ["10", undefined],
  [undefined, undefined],
  ["soon", undefined],
])("takes the duration %s for %s ms", (written, ms) => {
  expect(durationOf(written)).toBe(ms);
});

it("knows one signal by its names and its number", () => {
  expect(["SIGTERM", "term", "15", 15].map(signalOf)).toEqual(Array(4).fill("SIGTERM"));
});

it.each([
  ["64m", 0.5, "32m"],
  ["1g", 0.5, "0.5g"],
  [0.5, 2, 1],
  [0, 2, undefined],
  ["-1", 2, undefined],
  ["as much as it wants", 2, undefined],
  [undefined, 2, undefined],
])("multiplies %s by %s to %s", (written, factor, product) => {
  expect(timesOf(written, factor)).toBe(product);
});
