import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openMemory, type Remembered } from "../../src/mutation/memory.ts";
import { timeLeft } from "../../src/mutation/time-left.ts";
import { temporaryFolder } from "../run-cli.ts";

const killed: Remembered = { status: "killed", killedBy: ["one"], codes: [], ms: 5 };

it("keeps verdicts for a lab as it is, and bears a line that broke off", async () => {
  await using folder = await temporaryFolder();
  const options = {
    directory: join(folder.path, "mutation"),
    slug: "01-demo",
    labDigest: "a",
    graderDigest: "g",
    fresh: false,
  };
  await (await openMemory(options)).remember("first", killed);
  const [file = ""] = await readdir(options.directory);
  await appendFile(join(options.directory, file), '\n{"digest":"sec');
  const second = await openMemory(options);
  expect([...second.known]).toEqual([["first", killed]]);
  await second.remember("third", killed);
  expect([...(await openMemory(options)).known.keys()]).toEqual(["first", "third"]);
  expect((await openMemory({ ...options, labDigest: "b" })).known.size).toBe(0);
  expect((await openMemory({ ...options, graderDigest: "h" })).known.size).toBe(0);
  expect((await openMemory({ ...options, fresh: true })).known.size).toBe(0);
  expect((await openMemory(options)).known.size).toBe(0);
});

it("knows and keeps nothing for a grader whose code cannot be read", async () => {
  await using folder = await temporaryFolder();
  const options = { directory: join(folder.path, "mutation"), slug: "01-demo", labDigest: "a", fresh: false };
  const unknown = { ...options, graderDigest: undefined };
  await (await openMemory(unknown)).remember("first", killed);
  expect((await openMemory(unknown)).known.size).toBe(0);
  await expect(readdir(folder.path)).resolves.toEqual([]);
  await (await openMemory({ ...options, graderDigest: "g" })).remember("first", killed);
  expect((await openMemory(unknown)).known.size).toBe(0);
});

it("tells how long the rest will take, by what is done", () => {
  expect(timeLeft({ done: 0, all: 10, ms: 500 })).toBe("");
  expect(timeLeft({ done: 10, all: 10, ms: 500 })).toBe("");
  expect(timeLeft({ done: 4, all: 10, ms: 20_000 })).toBe(", about 30 s left");
  expect(timeLeft({ done: 1, all: 61, ms: 4_000 })).toBe(", about 4 min left");
});
