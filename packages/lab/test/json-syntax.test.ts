import fc from "fast-check";
import { expect, it } from "vitest";
import { findJsonFlaw, positionAt } from "../src/json-syntax.ts";

it.for<[string, number, boolean]>([
  ["", 0, true],
  ["  ", 2, true],
  ['{"a": 1', 7, true],
  ['{"a": "unfinis', 14, true],
  ['{"a": "\\u00', 11, true],
  ['{"a": tr', 6, true],
  ["[nul", 1, true],
  ["[-", 1, true],
  ["[1.", 3, true],
  ["[1e-", 4, true],
  ["[nulL]", 1, false],
  ["[1, 2,]", 6, false],
  ['{"a": 1,}', 8, false],
  ['{"a" 1}', 5, false],
  ["{a: 1}", 1, false],
  ['{"a": 1} x', 9, false],
  ["[1, 2}", 5, false],
  ["[01]", 2, false],
  ["NaN", 0, false],
  ["'a'", 0, false],
  ["[truth]", 1, false],
  ['["a\nb"]', 3, false],
  ['["\\x"]', 2, false],
  ["[1 2]", 3, false],
])("the flaw of %j is at %d", ([text, offset, ended]) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonFlaw(text)).toEqual({ offset, ended });
});

it("every document that is cut off is found to end too early, at its end or in its last word", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const document = `{"value": ${text}}`;
      const part = document.slice(0, cut % document.length);
      const { offset, ended } = findJsonFlaw(part);
      expect(ended).toBe(true);
      expect(part.length - offset).toBeLessThan(5);
    }),
  );
});

it("counts lines and columns from 1", () => {
  expect(positionAt("{\n  x", 4)).toEqual({ line: 2, column: 3 });
  expect(positionAt("", 0)).toEqual({ line: 1, column: 1 });
});
