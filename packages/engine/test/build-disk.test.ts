import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openBuildBounds } from "../src/bounds/build-bounds.ts";
import { BuildDisk } from "../src/bounds/build-disk.ts";
import { recordDirectory } from "../src/janitor/directory-record.ts";
import { writeLease } from "../src/janitor/lease-file.ts";
import { buildImages } from "../src/stack/build.ts";
import { sketchRun } from "./stack-fixture.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "build-disk-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const model = () => sketchRun({ web: { build: { context: "." } } }, { build: { disk: "16m" } });

/** What the disk's watch says of 64 MiB that are written while it looks. */
async function verdictOn(runModel: ReturnType<typeof model>): Promise<unknown> {
  await using disk = new BuildDisk(runModel, directory, undefined, directory);
  // The first look is what the later ones are compared with.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await writeFile(join(directory, "big"), Buffer.alloc(64 * 1024 ** 2));
  await vi.waitFor(() => expect(disk.signal.aborted).toBe(true), { timeout: 10_000, interval: 20 });
  return disk.signal.reason;
}

it("charges a build that is alone on the disk", async () => {
  expect(await verdictOn(model())).toMatchObject({
    failure: { code: "BUILD_DISK_FULL", found: "the build of `web` wrote more than 16m to the disk and was ended" },
  });
});

it("charges nobody while others are at work and it cannot be told whose writing it is", async () => {
  const owner = { pid: process.pid, pidStart: "1", boot: "b", deadline: Date.now() + 60_000 };
  await writeLease(directory, { schema: 1, runId: "0123456789ab", owner, directory: await recordDirectory(directory) });
  expect(await verdictOn(model())).toMatchObject({
    kind: "fault",
    code: "DISK_CONTENDED",
    message: "the engine's disk lost more than 16m during the build, while 1 other run was at work",
  });
});

it("says what is missing where there is no builder", async () => {
  const bounds = await openBuildBounds({} as never, { cgroup: "2" } as never, model(), "busybox:1.37");
  const tools = { command: ["docker", "compose"], environment: {}, buildx: undefined };
  const signal = new AbortController().signal;
  await expect(buildImages({ runModel: model(), folder: directory, tools, bounds, signal })).rejects.toMatchObject({
    kind: "fault",
    code: "BUILDX_ABSENT",
  });
});
