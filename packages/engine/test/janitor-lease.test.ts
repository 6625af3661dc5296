import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LabError } from "@compose-labs/lab";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordDirectory, removeDirectory } from "../src/janitor/directory-record.ts";
import { openLease } from "../src/janitor/lease.ts";
import { parseLease, readLeases, removeHalves, writeLease } from "../src/janitor/lease-file.ts";
import { checkPrivate, leasesDirectory } from "../src/janitor/leases-directory.ts";
import { startOf } from "../src/janitor/process-table.ts";
import { startWatcher } from "../src/janitor/watch.ts";

const runId = "0123456789ab";
const docker = { socketPath: "/nowhere/docker.sock" };
let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "janitor-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

function open(change: Partial<Parameters<typeof openLease>[0]> = {}) {
  const leases = join(base, "private", "leases");
  return openLease({ runId, deadline: Date.now() + 60_000, directory: join(base, "run"), docker, leases, ...change });
}

describe("a lease", () => {
  test("leaves nothing when it is disposed, and its watcher ends", async () => {
    const lease = await open();
    expect(await readdir(join(base, "private/leases"))).toEqual([`${runId}.json`]);
    expect((await stat(join(base, "private/leases"))).mode & 0o777).toBe(0o700);
    expect((await stat(lease.directory)).mode & 0o777).toBe(0o700);
    expect(await startOf(lease.watcher)).toBeDefined();
    await lease[Symbol.asyncDispose]();
    await lease[Symbol.asyncDispose]();
    await expect.poll(() => startOf(lease.watcher)).toBeUndefined();
    expect(await readdir(base)).toEqual(["private"]);
    expect(await readdir(join(base, "private/leases"))).toEqual([]);
  });

  test("that is kept leaves its file and folder, and its watcher ends", async () => {
    const lease = await open();
    await lease.keep(123);
    await lease[Symbol.asyncDispose]();
    await expect.poll(() => startOf(lease.watcher)).toBeUndefined();
    expect(await readLeases(join(base, "private/leases"))).toMatchObject([{ runId, keptUntil: 123 }]);
    expect(await readdir(base)).toEqual(["private", "run"]);
  });

  test("learns of its engine later, and has a folder of its own by default", async () => {
    const leases = join(base, "private", "leases");
    await using lease = await openLease({ runId, deadline: Date.now() + 60_000, leases });
    expect(lease.directory).toBe(join(base, "private", "runs", runId));
    expect((await readLeases(leases))[0]?.docker).toBeUndefined();
    await lease.connected(docker);
    expect((await readLeases(leases))[0]?.docker).toEqual(docker);
  });

  test("refuses a run id of another form", async () => {
    await expect(open({ runId: "../x" })).rejects.toThrow(TypeError);
  });

  test("closes a folder of its own that others could only read", async () => {
    await mkdir(join(base, "private"), { mode: 0o755 });
    await using _ = await open();
    expect((await stat(join(base, "private"))).mode & 0o777).toBe(0o700);
  });

  test("refuses a folder of leases that is open to others", async () => {
    await mkdir(join(base, "private"));
    await chmod(join(base, "private"), 0o777);
    const error = await open().catch((it: unknown) => it);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({
      code: "LEASES_UNSAFE",
      message: `${join(base, "private")} can be written by other users (mode 777, expected 700), so what it says about earlier runs cannot be trusted.`,
    });
  });

  test("refuses a link in the place of the folder of leases", async () => {
    await mkdir(join(base, "elsewhere"), { mode: 0o700 });
    await symlink(join(base, "elsewhere"), join(base, "private"));
    await expect(open()).rejects.toMatchObject({
      code: "LEASES_UNSAFE",
      message: expect.stringContaining("is not a folder"),
    });
  });

  test("refuses a folder of leases of another user", async () => {
    // Root can make one of another user; for anyone else the root folder is one.
    const path = process.getuid?.() === 0 ? base : "/";
    if (path === base) await chown(base, 65534, 65534);
    await expect(checkPrivate(path)).rejects.toMatchObject({
      code: "LEASES_UNSAFE",
      message: expect.stringMatching(/belongs to user id \d+, not to \d+/),
      hint: `Look at what is in it, then remove it: rm -r ${path}`,
    });
  });

  test("says so when its folder cannot be removed, and keeps the lease for the sweep", async () => {
    const lease = await open();
    const release = await hold(lease.directory);
    try {
      await expect(lease[Symbol.asyncDispose]()).rejects.toMatchObject({ code: "TEMPORARY_LEFT" });
      expect(await readLeases(join(base, "private/leases"))).toHaveLength(1);
    } finally {
      await release();
    }
  });
});

test("a watcher without a shell is Node itself", async () => {
  const order = { runId, key: "compose-labs.run", lease: join(base, "lease") };
  const watcher = await startWatcher(order, 60, "/nowhere/sh");
  expect(await startOf(watcher.pid)).toBeDefined();
  await watcher.dismiss();
  await expect.poll(() => startOf(watcher.pid), { timeout: 15_000 }).toBeUndefined();
});

test.each(["/bin/sh", "/nowhere/sh"])(
  "a watcher by %s cleans up after a run that never came to an engine",
  async (shell) => {
    await mkdir(join(base, "run"));
    const directory = await recordDirectory(join(base, "run"));
    const owner = { pid: 1, pidStart: "1", boot: "b", deadline: 1 };
    await writeLease(base, { schema: 1, runId, owner, directory });
    const order = { runId, key: "compose-labs.run", directory, lease: join(base, `${runId}.json`) };
    const watcher = await startWatcher(order, 60, shell);
    watcher.leave();
    await expect.poll(() => readdir(base), { timeout: 15_000 }).toEqual([]);
  },
);

describe("lease files", () => {
  const record = {
    schema: 1 as const,
    runId,
    owner: { pid: 1, pidStart: "1", boot: "b", deadline: 1 },
    directory: { path: "/x", identity: "1:1" },
    docker,
  };

  test("of another name, form or version are left alone", async () => {
    await writeLease(base, record);
    await writeFile(join(base, "aaaaaaaaaaaa.json"), JSON.stringify(record));
    await writeFile(join(base, "bbbbbbbbbbbb.json"), "{");
    await writeFile(join(base, "notes.json"), "{}");
    expect(await readLeases(base)).toEqual([record]);
    expect(parseLease(JSON.stringify({ ...record, schema: 2 }))).toBeUndefined();
    expect(parseLease(JSON.stringify({ ...record, owner: { pid: "1" } }))).toBeUndefined();
    expect(parseLease("[]")).toBeUndefined();
  });

  test("half written are removed after a minute", async () => {
    await writeFile(join(base, `${runId}.json.new`), "{");
    await writeFile(join(base, "aaaaaaaaaaaa.json.new"), "{");
    await utimes(join(base, `${runId}.json.new`), 0, 0);
    await removeHalves(base, Date.now());
    expect(await readdir(base)).toEqual(["aaaaaaaaaaaa.json.new"]);
  });

  test("are this user's, below the temporary folder", () => {
    expect(leasesDirectory("/tmp")).toMatch(/^\/tmp\/compose-labs-\w+\/leases$/);
  });
});

describe("a recorded folder", () => {
  test("is removed with what is write-protected in it", async () => {
    await mkdir(join(base, "run/a/b"), { recursive: true });
    await writeFile(join(base, "run/a/b/file"), "");
    await chmod(join(base, "run/a/b"), 0o500);
    expect(await removeDirectory(await recordDirectory(join(base, "run")))).toBe(true);
    expect(await readdir(base)).toEqual([]);
  });

  test("is left alone when another folder or a link stands in its place", async () => {
    await mkdir(join(base, "run"));
    const record = await recordDirectory(join(base, "run"));
    await rename(join(base, "run"), join(base, "moved"));
    expect(await removeDirectory(record)).toBe(false);
    await mkdir(join(base, "run"));
    expect(await removeDirectory(record)).toBe(false);
    await rm(join(base, "run"), { recursive: true });
    await symlink(join(base, "moved"), join(base, "run"));
    expect(await removeDirectory(record)).toBe(false);
    expect(await readdir(base)).toEqual(["moved", "run"]);
  });
});

/** Makes the folder resist removal: for root by something mounted in it, for others by a write-protected parent. */
async function hold(directory: string): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) {
    await chmod(dirname(directory), 0o500);
    return () => chmod(dirname(directory), 0o700);
  }
  const held = join(directory, "held");
  await mkdir(held);
  execFileSync("mount", ["-t", "tmpfs", "none", held]);
  return async () => void execFileSync("umount", [held]);
}
