import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LINT_CODES } from "../../src/lint/index.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/lint.md"), "utf8");
/** By code: what stands under its heading. */
const entries = new Map(
  page
    .split(/^(?=#{2,3} )/m)
    .flatMap((part) => [...part.matchAll(/^### `(.+)`\n\n([\s\S]*)/g)].map(([, code = "", text = ""]) => [code, text])),
);

test("docs/lint.md has a heading for each code, once, and for nothing else", () => {
  expect([...entries.keys()].toSorted()).toEqual(LINT_CODES.toSorted());
  expect(page.match(/^### /gm)).toHaveLength(LINT_CODES.length);
});

test.each(LINT_CODES)("%s says what it is, and what to write instead", (code) => {
  const [what = "", instead = "", ...more] = (entries.get(code) ?? "").trim().split("\n\n");
  expect(what).toMatch(/^[A-Z`][\s\S]{20,}\.$/);
  expect(instead).toMatch(/^Instead: [\s\S]+\.$/);
  expect(more).toEqual([]);
});
