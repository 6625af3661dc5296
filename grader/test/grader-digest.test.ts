import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { fingerprintOf } from "../src/grading/fingerprint.ts";
import { digestCode, graderDigest } from "../src/grading/grader-digest.ts";
import { temporaryFolder } from "./run-cli.ts";

const lock = (packages: object) => JSON.stringify({ packages });
const BASE = {
  "grader/src/main.ts": "main();\n",
  "packages/lab/src/deep/check.ts": "check();\n",
  "grader/test/main.test.ts": "test();\n",
  "package-lock.json": lock({
    "node_modules/yaml": { version: "2.0.0", integrity: "sha512-a" },
    "node_modules/vitest": { version: "5.0.0", integrity: "sha512-b", dev: true },
    "node_modules/@compose-labs/lab-07": { resolved: "labs/07", link: true },
    "labs/07": { name: "lab-07" },
  }),
};

async function digest(change: Record<string, string> = {}): Promise<string> {
  await using folder = await temporaryFolder();
  for (const [path, text] of Object.entries({ ...BASE, ...change })) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  return await digestCode(folder.path);
}

it("changes with the code and the packages that run, and with nothing else", async () => {
  const original = await digest();
  const same = [
    { "grader/test/main.test.ts": "other();\n" },
    { "grader/src/main.ts": "main();\r\n" },
    { "package-lock.json": lock({ "node_modules/yaml": { version: "2.0.0", integrity: "sha512-a" } }) },
  ];
  expect(await Promise.all(same.map(digest))).toEqual([original, original, original]);
  const others = [
    { "grader/src/main.ts": "main(1);\n" },
    { "packages/lab/src/deep/more.ts": "" },
    { "package-lock.json": lock({ "node_modules/yaml": { version: "2.0.1", integrity: "sha512-c" } }) },
  ];
  expect(new Set([original, ...(await Promise.all(others.map(digest)))]).size).toBe(4);
});

it("of the project is a SHA-256, and undefined where there is no lock file to say what runs", async () => {
  expect(await graderDigest()).toMatch(/^[0-9a-f]{64}$/);
  await using folder = await temporaryFolder();
  await expect(digestCode(folder.path)).rejects.toMatchObject({ code: "ENOENT" });
});

it("a fingerprint is of the engine, its images and the grader, not of what changes no verdict", () => {
  const environment = {
    grader: "0.1.0",
    graderDigest: "d",
    node: "24.1.0",
    engine: "26.1",
    compose: "2.26",
    images: [
      { name: "a", digest: "1" },
      { name: "b", digest: "2" },
    ],
    standIns: [],
  };
  const original = fingerprintOf(environment);
  expect(original).toMatch(/^[0-9a-f]{64}$/);
  const same = { ...environment, grader: "0.2.0", node: "24.9.1", images: environment.images.toReversed() };
  expect(fingerprintOf(same)).toBe(original);
  const others = [{ engine: "27" }, { compose: "2.27" }, { node: "25.0.0" }, { graderDigest: "e" }, { images: [] }];
  const prints = others.map((change) => fingerprintOf({ ...environment, ...change }));
  expect(new Set([original, ...prints]).size).toBe(6);
  const { images: _, ...unknown } = environment;
  expect(fingerprintOf(unknown)).toBeUndefined();
});
