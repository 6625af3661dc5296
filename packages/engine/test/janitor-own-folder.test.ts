import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { userDirectory } from "../src/janitor/leases-directory.ts";
import { openOwnFolder } from "../src/janitor/own-folder.ts";

let temporary: string;
beforeEach(async () => {
  temporary = await realpath(await mkdtemp(join(tmpdir(), "own-folder-")));
});
afterEach(() => rm(temporary, { recursive: true }));

it("is removed at the end, with what killed processes left, and nothing else", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const parent = join(userDirectory(temporary), "cases");
  const kept = [`own-${process.pid}-living`, "own-x-other", `tail-${pid}-other`];
  for (const name of [`own-${pid}-dead`, ...kept]) {
    await mkdir(join(parent, name, "below"), { recursive: true });
    await writeFile(join(parent, name, "below/compose.yaml"), "");
  }
  {
    await using own = await openOwnFolder("cases", temporary);
    expect(dirname(own.path)).toBe(parent);
    expect(await readdir(own.path)).toEqual([]);
    expect((await readdir(parent)).filter((name) => join(parent, name) !== own.path)).toEqual(kept);
    await writeFile(join(own.path, "a"), "");
  }
  expect(await readdir(parent)).toEqual(kept);
});

it("is not made where another user could write", async () => {
  const parent = join(userDirectory(temporary), "tools");
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o777);
  await expect(openOwnFolder("tools", temporary)).rejects.toMatchObject({ kind: "fault", code: "LEASES_UNSAFE" });
  expect(await readdir(parent)).toEqual([]);
});
