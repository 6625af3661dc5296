import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PULL_REQUEST_FINDING_CODES } from "../../src/pull-request/finding.ts";
import { MAX_PATH } from "../../src/pull-request/path-rules.ts";
import { BOUNDS } from "../../src/pull-request/plan.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/pull-request-findings.md"), "utf8");
/** By code: what stands under its heading. */
const entries = new Map(
  page
    .split(/^(?=#{2,3} )/m)
    .flatMap((part) => [...part.matchAll(/^### `(.+)`\n\n([\s\S]*)/g)].map(([, code = "", text = ""]) => [code, text])),
);

test("docs/pull-request-findings.md has a heading for each code, once, and for nothing else", () => {
  expect([...entries.keys()].toSorted()).toEqual(PULL_REQUEST_FINDING_CODES.toSorted());
  expect(page.match(/^### /gm)).toHaveLength(PULL_REQUEST_FINDING_CODES.length);
});

test.each(PULL_REQUEST_FINDING_CODES)("%s says what it is, and what to do instead", (code) => {
  const [what = "", instead = "", ...more] = (entries.get(code) ?? "").trim().split("\n\n");
  expect(what).toMatch(/^[A-Z`][\s\S]{20,}\.$/);
  expect(instead).toMatch(/^Instead: [\s\S]+\.$/);
  expect(more).toEqual([]);
});

test("its bounds are the grader's", () => {
  expect(BOUNDS).toEqual({ changes: 200, labs: 5, files: 500, bytes: 32 * 1024 * 1024 });
  expect(entries.get("changes.too-many")).toContain("more than 200 files");
  expect(entries.get("labs.too-many")).toContain("more than five labs");
  expect(entries.get("files.too-many")).toContain("more than 500 files");
  expect(entries.get("files.too-large")).toContain("more than 32 MiB");
  expect(entries.get("path.too-long")).toContain(`more than ${MAX_PATH} bytes`);
});
