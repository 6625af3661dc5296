import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FINDING_CODES } from "@compose-labs/submission";
import { describe, expect, test } from "vitest";
import { readCases } from "../cases-file.ts";
import { readHarness } from "../harness.ts";

const own = join(import.meta.dirname, "..");
const cases = await readCases(join(own, "cases.json"));

/**
 * Codes that no submission reaches on every machine: a file without read permission stops nobody who is root, and
 * what takes the parser or Compose too long is mostly refused before for its size. The tests of `submission` reach them.
 */
const ELSEWHERE = ["fs.unreadable", "yaml.cost", "schema.cost"];

describe("the corpus", () => {
  test("has a case for every finding code", () => {
    const reached = new Set(cases.flatMap(({ rule, expect, notes }) => (expect === "refused" ? [rule] : notes)));
    expect(FINDING_CODES.filter((code) => !reached.has(code) && !ELSEWHERE.includes(code))).toEqual([]);
  });

  test("expects only finding codes that there are", () => {
    const codes: readonly string[] = FINDING_CODES;
    const named = cases.flatMap(({ rule, expect, notes }) => (expect === "refused" ? [rule, ...notes] : notes));
    expect(named.filter((code) => !codes.includes(code))).toEqual([]);
  });

  test("has a folder for every case and a case for every folder", async () => {
    const folders = (await readdir(join(own, "cases"))).sort();
    expect(folders).toEqual(cases.map(({ name }) => name).sort());
  });

  test("asks of the harness nothing that is not carried out", () => {
    expect(cases.flatMap(({ harness }) => readHarness(harness).unknown)).toEqual([]);
  });
});
