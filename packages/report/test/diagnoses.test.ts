import { glob, readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = new URL("../../../docs/diagnoses/", import.meta.url);

// In the packages a check failure is an object whose `code` is followed by `found`: faults and usage errors have none,
// and what they mean stands in their hint. In a lab's checks every such word is a code, but for those named here.
const FAILURE = /\bcode: ([^\n]*?"[A-Z][A-Z0-9_]+"[^\n,{}]*),(?:(?!\bcode:)[\s\S]){0,400}?\bfound(?=[:,\s])/g;
const WORD = /"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g;
const NO_CODES = ["PG_VERSION"];

// Pulling images fails with faults only, whose rules look the same.
const PULLING = "packages/engine/src/images/";

async function collectCodes(): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for await (const file of glob("{packages/{engine,lab,submission},grader}/src/**/*.ts", { cwd: root })) {
    if (file.startsWith(PULLING)) continue;
    const text = await readFile(`${root}${file}`, "utf8");
    for (const [, expression = ""] of text.matchAll(FAILURE)) {
      for (const [, code = ""] of expression.matchAll(WORD)) codes.set(code, file);
    }
  }
  for await (const file of glob("labs/*/checks.ts", { cwd: root })) {
    const text = await readFile(`${root}${file}`, "utf8");
    for (const [, code = ""] of text.matchAll(WORD)) if (!NO_CODES.includes(code)) codes.set(code, file);
  }
  return codes;
}

const codes = await collectCodes();
const names = (await readdir(pages)).filter((name) => name !== "README.md").map((name) => name.replace(/\.md$/, ""));

test("every diagnosis code has a page", () => {
  const missing = [...codes].filter(([code]) => !names.includes(code)).map(([code, file]) => `${code} (${file})`);
  expect(missing, "add docs/diagnoses/<CODE>.md, after the pattern of the others").toEqual([]);
});

test("every page has a code", () => {
  const orphans = names.filter((name) => !codes.has(name));
  expect(orphans, "no check fails with this code any more: delete the page").toEqual([]);
});

test.each(names)("%s says what it means, how to see it, why, and what to change", async (name) => {
  const text = await readFile(new URL(`${name}.md`, pages), "utf8");
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "");
  const headings = prose.split("\n").filter((line) => line.startsWith("#"));
  expect(headings).toEqual([`# ${name}`, "## See it yourself", "## Usual causes", "## Before and after"]);
  expect(text).not.toMatch(/ +$/m);
});
