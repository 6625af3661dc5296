import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { schemaFiles } from "../../../scripts/write-schemas.ts";

const directory = new URL("../../../docs/schemas/", import.meta.url);

test.each([...schemaFiles()])(
  "docs/schemas/%s is what the code says (node scripts/write-schemas.ts)",
  async (name, text) => {
    expect(await readFile(new URL(name, directory), "utf8")).toBe(text);
  },
);

test("docs/schemas holds nothing else", async () => {
  expect((await readdir(directory)).sort()).toEqual([...schemaFiles().keys()].sort());
});
