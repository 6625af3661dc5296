import { describe, expect, test } from "vitest";
import { neutralise } from "../src/index.ts";

describe("neutralise", () => {
  test.each([
    ["colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["8-bit sequences", "\u009b31mred", "red"],
    ["cursor movement and erasing", "a\u001b[2J\u001b[H\u001b[1Ab", "ab"],
    ["a window title", "\u001b]0;owned\u0007text", "text"],
    ["a link", "\u001b]8;;https://example.org\u001b\\click\u001b]8;;\u001b\\", "click"],
    ["a device control string", "\u001bPq#0\u001b\\text", "text"],
    ["an unended string, up to the line's end", "\u001b]0;owned\nnext", "\nnext"],
    ["a lone escape", "a\u001b", "a"],
    ["NUL, bell, backspace, DEL", "a\0b\u0007c\bd\u007fe", "abcde"],
    ["marks that reorder", "user\u202e\u2066admin\u2069\u202c", "useradmin"],
    ["blanks of no width", "a\u200bb\ufeffc\u2060d\u00ade", "abcde"],
    ["lone surrogates", "a\ud800b", "a\ufffdb"],
  ])("takes out %s", (_, text, expected) => {
    expect(neutralise(text)).toBe(expected);
  });

  test.each([
    ["carriage returns and line separators become newlines", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"],
    ["tabs become blanks", "\tx", "    x"],
    ["letters of any script stay", "żółć 漢字 🎉", "żółć 漢字 🎉"],
  ])("%s", (_, text, expected) => {
    expect(neutralise(text)).toBe(expected);
  });

  test("pulls GitHub's commands apart", () => {
    expect(neutralise("::error::x\n  ::add-mask::y\nok ::error::z\n##[error]w\n:::a")).toBe(
      ": :error::x\n  : :add-mask::y\nok ::error::z\n# #[error]w\n: ::a",
    );
  });

  test("does so after what hid them is gone", () => {
    expect(neutralise("\u001b[0m:\u200b:error::x #\u200b#[group]")).toBe(": :error::x # #[group]");
  });

  test("bounds the text and says how much is missing", () => {
    expect(neutralise("abcdef", { maxLength: 4 })).toBe("abcd… (2 characters left out)");
  });

  test("escapes what is not ASCII where that is asked for", () => {
    expect(neutralise("“naïve” → 漢…", { ascii: true })).toBe('"na\\u{ef}ve" -> \\u{6f22}...');
  });
});
