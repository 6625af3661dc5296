import { glob, readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = new URL("../../../docs/diagnoses/", import.meta.url);

// Codes of check failures are those whose object goes on with `found`: faults and usage errors have none, what they
// mean stands in their hint. A code may be chosen by an expression, or come from a function as [code, found].
const CODES = /\bcode: ((?:[^,{}]|"[^"]*")*"[A-Z][A-Z0-9_]+"[^,{}]*),(?:(?!\bcode:)[\s\S]){0,400}?\bfound\b/g;
const PAIRS = /\[\s*("[A-Z]+(?:_[A-Z0-9]+)+"),\s*[`"]/g;

async function collectCodes(): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for (const pattern of ["packages/{engine,submission}/src/**/*.ts", "grader/src/**/*.ts", "labs/*/checks.ts"]) {
    for await (const file of glob(pattern, { cwd: root })) {
      const text = await readFile(`${root}${file}`, "utf8");
      const pairs = file.startsWith("labs/") ? [...text.matchAll(PAIRS)] : [];
      for (const [, expression = ""] of [...text.matchAll(CODES), ...pairs]) {
        for (const [, code = ""] of expression.matchAll(/"([A-Z][A-Z0-9_]+)"/g)) codes.set(code, file);
      }
    }
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
  const headings = text.split("\n").filter((line) => line.startsWith("#") && !line.startsWith("#!"));
  expect(headings.slice(0, 4)).toEqual([`# ${name}`, "## See it yourself", "## Usual causes", "## Before and after"]);
  expect(text).not.toMatch(/ +$/m);
});
