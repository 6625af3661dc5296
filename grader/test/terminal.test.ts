import { describe, expect, it } from "vitest";
import { screenOf } from "../src/terminal.ts";

const tty = { isTTY: true, columns: 90 };
const pipe = {};
const utf8 = { LANG: "en_US.UTF-8" };

describe("screenOf", () => {
  it("draws in colour on a terminal of its width, and plainly into a pipe of 80 columns", () => {
    expect(screenOf(tty, utf8)).toEqual({ width: 90, colour: true, unicode: true, live: true });
    expect(screenOf(pipe, utf8)).toEqual({ width: 80, colour: false, unicode: true, live: false });
  });

  it("keeps lines readable on narrow and wide terminals", () => {
    expect(screenOf({ isTTY: true, columns: 20 }, utf8).width).toBe(40);
    expect(screenOf({ isTTY: true, columns: 250 }, utf8).width).toBe(100);
    expect(screenOf({ isTTY: true }, utf8).width).toBe(80);
  });

  it.for([
    ["NO_COLOR", { NO_COLOR: "1" }, tty, false],
    ["an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, tty, true],
    ["a dumb terminal", { TERM: "dumb" }, tty, false],
    ["FORCE_COLOR into a pipe", { FORCE_COLOR: "1" }, pipe, true],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, pipe, false],
    ["NO_COLOR over FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }, tty, false],
  ] as const)("honours %s", ([_, environment, stream, colour]) => {
    expect(screenOf(stream, environment).colour).toBe(colour);
  });

  it("rewrites no line in CI or on a dumb terminal", () => {
    expect(screenOf(tty, { CI: "true" }).live).toBe(false);
    expect(screenOf(tty, { TERM: "dumb" }).live).toBe(false);
  });

  it.for([
    [{ LANG: "C" }, false],
    [{ LANG: "C.UTF-8" }, true],
    [{ LC_ALL: "C", LANG: "de_DE.utf8" }, false],
    [{ LC_CTYPE: "POSIX", LANG: "de_DE.utf8" }, false],
    [{}, true],
  ] as const)("knows from the locale %o whether more than ASCII is shown", ([environment, unicode]) => {
    expect(screenOf(tty, environment).unicode).toBe(unicode);
  });
});
