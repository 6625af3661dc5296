import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBrowser } from "../find-browser.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-browser-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function program(name: string, text = "#!/bin/sh\n"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

const find = (environment: NodeJS.ProcessEnv, mayInstall = false, told: string[] = []) =>
  findBrowser({
    environment,
    log: (line) => told.push(line),
    signal: AbortSignal.timeout(60_000),
    mayInstall,
  });

test("the browser that BROWSER_PATH names, and none other", async () => {
  const path = await program("my-browser");
  expect(await find({ BROWSER_PATH: path, PATH: "/nowhere" })).toBe(path);
  await expect(find({ BROWSER_PATH: "/nowhere/chromium", PATH: folder })).rejects.toMatchObject({
    code: "BROWSER_ABSENT",
    message: "BROWSER_PATH: found no program at /nowhere/chromium, expected Chromium or Chrome",
  });
});

test("the first on PATH; without one, what to install", async () => {
  await expect(find({ PATH: folder })).rejects.toMatchObject({
    code: "BROWSER_ABSENT",
    message: expect.stringContaining("found none of chromium, chromium-browser"),
    hint: expect.stringContaining("apt-get install chromium"),
  });
  const path = await program("google-chrome");
  expect(await find({ PATH: `/nowhere:${folder}` })).toBe(path);
  await rm(path);
});

test("the machine's owner may forbid to install", async () => {
  await expect(
    findBrowser({
      environment: { PATH: folder, NO_ENGINE_INSTALL: "1" },
      log: () => {},
      signal: AbortSignal.timeout(60_000),
    }),
  ).rejects.toMatchObject({ code: "BROWSER_ABSENT" });
});

test("a package that cannot be installed, or brings no browser, is a fault", async () => {
  const told: string[] = [];
  const apt = await program("apt-get", "#!/bin/sh\necho no mirror >&2\nexit 100\n");
  await expect(find({ PATH: folder }, true, told)).rejects.toMatchObject({
    code: "BROWSER_INSTALL_FAILED",
    message: "apt-get update failed (exit code 100): no mirror",
    hint: expect.stringContaining("BROWSER_PATH"),
  });
  expect(told).toEqual(["No browser is installed: installing chromium from the distribution's packages ..."]);
  await program("apt-get", "#!/bin/sh\nexit 0\n");
  await expect(find({ PATH: folder }, true)).rejects.toMatchObject({
    code: "BROWSER_INSTALL_FAILED",
    message: "found no chromium on PATH after its package was installed",
  });
  await rm(apt);
});
