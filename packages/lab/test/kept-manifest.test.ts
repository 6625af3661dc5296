import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepManifest, keptManifest } from "../src/kept-manifest.ts";
import { manifestSchema } from "../src/manifest.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-manifest-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const manifest = v.parse(manifestSchema, {
  schema: "compose-labs/lab/v1",
  id: "demo",
  title: "Demo",
  summary: "A demonstration",
  concepts: ["compose"],
  minutes: 10,
  compose: "compose.yaml",
  submission: { files: ["**"] },
  images: ["busybox:1.37"],
});

test("what was read is there the next time, for that very text", async () => {
  expect(await keptManifest("id: demo\n", folder)).toBeUndefined();
  await keepManifest("id: demo\n", manifest, folder);
  expect(await keptManifest("id: demo\n", folder)).toEqual(manifest);
  expect(await keptManifest("id: demo \n", folder)).toBeUndefined();
  expect(await readdir(folder)).toHaveLength(1);
});

test("a file that broke off, or a place where nothing can be written, is no answer and no error", async () => {
  await keepManifest("id: demo\n", manifest, folder);
  const [name = ""] = await readdir(folder);
  await writeFile(join(folder, name), '{"id":');
  expect(await keptManifest("id: demo\n", folder)).toBeUndefined();
  const notAFolder = join(folder, name);
  await expect(keepManifest("id: demo\n", manifest, notAFolder)).resolves.toBeUndefined();
  expect(await keptManifest("id: demo\n", notAFolder)).toBeUndefined();
});
