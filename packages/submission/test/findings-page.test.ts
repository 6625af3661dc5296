import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LIFTABLE_RULES } from "@compose-labs/lab";
import { expect, test } from "vitest";
import { collectFindings, FINDING_CODES } from "../src/finding/finding.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/findings.md"), "utf8");
/** By code: what stands under its heading. */
const entries = new Map(
  page
    .split(/^(?=#{2,3} )/m)
    .flatMap((part) => [...part.matchAll(/^### `(.+)`\n\n([\s\S]*)/g)].map(([, code = "", text = ""]) => [code, text])),
);
const { findings, report } = collectFindings();
for (const code of FINDING_CODES) report(code, {}, { file: code });

test("docs/findings.md has a heading for each code, once, and for nothing else", () => {
  expect([...entries.keys()].toSorted()).toEqual(FINDING_CODES.toSorted());
  expect(page.match(/^### /gm)).toHaveLength(FINDING_CODES.length);
});

test("every rule that a lab can lift is a code", () => {
  expect(LIFTABLE_RULES.filter((rule) => !(FINDING_CODES as string[]).includes(rule))).toEqual([]);
});

test.each(findings)("$code says what becomes of it, what it is, and what to write instead", ({ code, severity }) => {
  const [fate = "", what = "", instead = "", ...more] = (entries.get(code) ?? "").trim().split("\n\n");
  const isLiftable = (LIFTABLE_RULES as readonly string[]).includes(code);
  const word = severity === "refuse" ? "Refused" : "Note";
  expect(fate).toMatch(
    new RegExp(`^\\*${word}; ${isLiftable ? "a lab can lift it: " : "no lab lifts it"}[^*]*\\.\\*$`),
  );
  expect(what).toMatch(/^[A-Z`][\s\S]{20,}\.$/);
  expect(instead).toMatch(/^Instead: [\s\S]+\.$/);
  expect(more).toEqual([]);
});

test.each(findings)("$code is told in one sentence, and its remedy in whole ones", ({ message, remedy }) => {
  expect(message).toMatch(/[^.]$/);
  expect(message).not.toMatch(/\. [A-Z]/);
  expect(remedy).toMatch(/^[A-Z][\s\S]*\.$/);
});
