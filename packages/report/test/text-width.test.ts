import { expect, test } from "vitest";
import { fold, foldAtBlanks, measure, truncate, wrap } from "../src/text-width.ts";

test.each([
  ["plain", 5],
  ["żółć", 4],
  ["e\u0301", 1],
  ["漢字", 4],
  ["🎉", 2],
])("%s takes %i columns", (text, width) => {
  expect(measure(text)).toBe(width);
});

test("wrap breaks at blanks, keeps newlines, and cuts only words that are too long", () => {
  expect(wrap("one two three\nfour  abcdefghijk", 8)).toEqual(["one two", "three", "four", "abcdefgh", "ijk"]);
  expect(wrap("漢字漢字 漢字", 6)).toEqual(["漢字漢", "字", "漢字"]);
  expect(wrap("", 8)).toEqual([""]);
});

test("fold cuts anywhere and keeps blanks", () => {
  expect(fold("  ab cd", 3)).toEqual(["  a", "b c", "d"]);
  expect(fold("", 3)).toEqual([""]);
});

test("foldAtBlanks cuts after a blank near the end of a row", () => {
  expect(foldAtBlanks("LOG:  ready to accept connections", 14)).toEqual(["LOG:  ready ", "to accept ", "connections"]);
  expect(foldAtBlanks("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
});

test("truncate makes one line of it", () => {
  expect(truncate("a \n b", 10, "…")).toBe("a b");
  expect(truncate("abcdefgh", 5, "...")).toBe("ab...");
  expect(truncate("漢字漢字", 5, "…")).toBe("漢字…");
});
