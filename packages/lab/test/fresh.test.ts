import { expect, it } from "vitest";
import { createFresh } from "../src/index.ts";

it("draws the same values from the same seed in any order, and others from another", () => {
  const one = createFresh("5eed");
  const two = createFresh("5eed");
  const a = one.token("a");
  one.token("b");
  two.token("b");
  expect(two.token("a")).toBe(a);
  expect(one.token("b")).not.toBe(a);
  expect(createFresh("5eee").token("a")).not.toBe(a);
});

it("draws tokens that can stand in a host name, a path, a query and a shell word", () => {
  for (let seed = 0; seed < 500; seed++) {
    expect(createFresh(String(seed)).token("x")).toMatch(/^[a-z][a-z0-9]{11}$/);
  }
});

it("draws whole numbers from the range, both ends included", () => {
  const drawn = new Set(Array.from({ length: 200 }, (_, seed) => createFresh(String(seed)).int("n", 3, 5)));
  expect([...drawn].toSorted()).toEqual([3, 4, 5]);
});
