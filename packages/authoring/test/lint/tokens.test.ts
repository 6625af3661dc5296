import { expect, it } from "vitest";
import { readTokens } from "../../src/lint/tokens.ts";

const kinds = (text: string) => readTokens(text).map(({ kind, value }) => `${kind} ${value}`);

it("tells strings, templates and regular expressions from code, and leaves comments out", () => {
  expect(kinds(`const a = "x\\"y" /* no */ + 'z'; // no`)).toEqual([
    "name const",
    "name a",
    "sign =",
    'string x\\"y',
    "sign +",
    "string z",
    "sign ;",
  ]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a program
  expect(kinds("`a${b({ c: `d` })}e`")).toEqual([
    "template a",
    "sign ${",
    "name b",
    "sign (",
    "sign {",
    "name c",
    "sign :",
    "template d",
    "sign }",
    "sign )",
    "sign }",
    "template e",
  ]);
  expect(kinds("x = a / b / c; y = /[/]\\/'/g.test(z); return /q/")).toEqual([
    ...["name x", "sign =", "name a", "sign /", "name b", "sign /", "name c", "sign ;"],
    ...["name y", "sign =", "regex /[/]\\/'/g", "sign .", "name test", "sign (", "name z", "sign )", "sign ;"],
    ...["name return", "regex /q/"],
  ]);
});

it.each(["'open", "`open ${", "/* open", "a = /", "}}}", "\\"])("reads what is no program, too: %s", (text) => {
  expect(() => readTokens(text)).not.toThrow();
});
