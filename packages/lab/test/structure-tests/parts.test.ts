// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tests spell variables so.
import { describe, expect, test } from "vitest";
import { expandVariables } from "../../src/structure-tests/expand.ts";
import { formatGoMode } from "../../src/structure-tests/go-mode.ts";
import { checkPatterns, matchPattern } from "../../src/structure-tests/pattern.ts";

describe("expandVariables", () => {
  const variables = { HOME: "/root", A_1: "x", "1": "one", constructor: "own" };
  test.each([
    ["$HOME/bin", "/root/bin"],
    ["${HOME}bin", "/rootbin"],
    ["$HOMEbin", ""],
    ["$A_1-", "x-"],
    ["$12", "one2"],
    ["$$HOME", "HOME"],
    ["${HOME", "HOME"],
    ["a${}b", "ab"],
    ["${NOT_SET}", ""],
    ["$toString", ""],
    ["$constructor", "own"],
    ["100$", "100$"],
    ["$.x $ y", "$.x $ y"],
    ["$HOME$HOME", "/root/root"],
    ["${a b}", ""],
  ])("%s becomes %s", (text, expanded) => {
    expect(expandVariables(text, variables)).toBe(expanded);
  });
});

test.each([
  ["file", 0o755, "-rwxr-xr-x"],
  ["file", 0o4755, "urwxr-xr-x"],
  ["file", 0o2750, "grwxr-x---"],
  ["file", 0o6711, "ugrwx--x--x"],
  ["file", 0, "----------"],
  ["directory", 0o1777, "dtrwxrwxrwx"],
  ["directory", 0o2775, "dgrwxrwxr-x"],
  ["link", 0o777, "Lrwxrwxrwx"],
] as const)("a %s of mode %o is %s", (type, mode, shown) => {
  expect(formatGoMode({ type, mode })).toBe(shown);
});

describe("expressions", () => {
  test.each([
    ["b+", "abbc", true],
    ["^b", "abbc", false],
    ["(?i)ABB", "abbc", true],
    ["^b$", "a\nb", false],
    ["(?m)^b$", "a\nb", true],
    ["\\d{4}-\\d{2}", "on 2026-01-02", true],
    ["[[:alpha:]]+\\z", "ab1", false],
    ["\\Qa.b\\E", "a.b", true],
    ["", "", true],
  ])("/%s/ on %j: %s", (pattern, text, matches) => {
    expect(matchPattern(pattern, text)).toEqual({ matches });
  });

  test.each(["[", "(?=x)", "a**", "\\8", "(?<!a)b", "x{1001}"])("/%s/ is none of RE2", (pattern) => {
    expect(matchPattern(pattern, "x")).toEqual({ broken: expect.any(String) });
  });

  test("say what was found and expected", () => {
    expect(checkPatterns("stdout", "hi", { expected: ["h", "no"], excluded: ["i", "z", "["] })).toEqual([
      "found `hi` in stdout, expected a match of /no/",
      "found `hi` in stdout, expected no match of /i/",
      expect.stringMatching(/^found the broken expression \/\[\/ \(.+\), expected one of RE2$/),
    ]);
    expect(checkPatterns("stdout", "", { expected: ["x"], excluded: undefined })).toEqual([
      "found nothing in stdout, expected a match of /x/",
    ]);
    const [long = ""] = checkPatterns("stdout", "y".repeat(1000), { expected: ["x"], excluded: [] });
    expect(long.length).toBeLessThan(500);
  });
});
