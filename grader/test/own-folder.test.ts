import { spawnSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openOwnFolder } from "../src/own-folder.ts";
import { temporaryFolder } from "./run-cli.ts";

it("is removed at the end, with what killed processes left, and nothing else", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await using folder = await temporaryFolder();
  const parent = join(folder.path, "pull-requests");
  const kept = [`own-${process.pid}-living`, "own-x-other", `tail-${pid}-other`];
  for (const name of [`own-${pid}-dead`, ...kept]) {
    await mkdir(join(parent, name, "below"), { recursive: true });
    await writeFile(join(parent, name, "below/compose.yaml"), "");
  }
  {
    await using own = await openOwnFolder(parent);
    expect(await readdir(own.path)).toEqual([]);
    expect(await readdir(parent)).toEqual([...kept, own.path.slice(parent.length + 1)].sort());
    await writeFile(join(own.path, "a"), "");
  }
  expect(await readdir(parent)).toEqual(kept);
});
