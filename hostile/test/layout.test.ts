import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HostileCase, Made } from "../cases-file.ts";
import { layOut } from "../layout.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hostile-layout-"));
  await mkdir(join(folder, "own"));
  await writeFile(join(folder, "own/a.txt"), "é\n");
});
afterAll(() => rm(folder, { recursive: true }));

function lay(...make: Made[]): Promise<string> {
  const entry: HostileCase = { name: "case", why: "w", expect: "ok", rule: "r", notes: [], make };
  return layOut(entry, join(folder, "own"), folder);
}

test("a case with nothing to make is graded where it is", async () => {
  expect(await lay()).toBe(join(folder, "own"));
});

test("what a folder cannot hold is made in a copy", async () => {
  const copy = await lay(
    { folder: "empty/deep" },
    { fifo: "x/pipe" },
    { socket: "x/socket" },
    { link: "x/link", to: "/etc" },
    { sparse: "large", bytes: 1_000_000_000 },
    { file: "bomb", text: "#,", times: 3 },
    { append: "a.txt", text: "b", times: 1 },
    { encode: "a.txt", as: "latin1" },
    { files: "many", count: 3 },
  );
  expect(copy).not.toBe(join(folder, "own"));
  expect((await lstat(join(copy, "empty/deep"))).isDirectory()).toBe(true);
  expect((await lstat(join(copy, "x/pipe"))).isFIFO()).toBe(true);
  expect((await lstat(join(copy, "x/socket"))).isSocket()).toBe(true);
  expect(await readlink(join(copy, "x/link"))).toBe("/etc");
  expect((await lstat(join(copy, "large"))).size).toBe(1_000_000_000);
  expect(await readFile(join(copy, "bomb"), "utf8")).toBe("0,1,2,");
  expect(await readFile(join(copy, "a.txt"))).toEqual(Buffer.from([0xe9, 0x0a, 0x62]));
  expect(await readdir(join(copy, "many"))).toHaveLength(3);
});
