import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPackageStore } from "../src/images/package-store.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "store-test-"));
  await mkdir(join(directory, "bin"));
  await mkdir(join(directory, "store"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const store = (path = `${join(directory, "bin")}:/usr/bin:/bin`) =>
  openPackageStore({
    directory: join(directory, "store"),
    keyrings: join(directory, "keyrings"),
    architecture: "arm64",
    environment: { PATH: path },
    signal: new AbortController().signal,
  });

async function program(name: string, text: string): Promise<void> {
  await writeFile(join(directory, "bin", name), `#!/bin/sh\n${text}\n`);
  await chmod(join(directory, "bin", name), 0o755);
}

/** Brings a key by its package as on Ubuntu, and one package per call. */
const APT = `here=$(dirname "$APT_CONFIG")
case "$*" in
  *download\\ debian-archive-keyring) touch debian-archive-keyring_1_all.deb ;;
  *download-only*extra) touch "$here/cache/archives/extra_1_arm64.deb" ;;
  *download-only*) touch "$here/cache/archives/base_1_arm64.deb" ;;
  *download\\ alone) touch alone_1_arm64.deb ;;
esac`;
const UNPACK = "mkdir -p key/usr/share/keyrings && touch key/usr/share/keyrings/debian-archive-keyring.gpg";

test("downloads a minimal system, then more, for the engine's architecture and into its own folder", async () => {
  await program("apt-get", APT);
  await program("dpkg-deb", UNPACK);
  const opened = await store();
  const inside = join(directory, "store");
  expect(opened.base).toEqual([join(inside, "cache/archives/base_1_arm64.deb")]);
  await opened.add(["extra"], ["alone"]);
  await readFile(join(inside, "cache/archives/extra_1_arm64.deb"));
  await readFile(join(inside, "alone/alone_1_arm64.deb"));
  const configuration = await readFile(join(inside, "apt.conf"), "utf8");
  expect(configuration).toContain('APT::Architecture "arm64";');
  expect(configuration).toContain(`Dir::State "${inside}";`);
  expect(await readFile(join(inside, "sources.list"), "utf8")).toMatch(/^deb \[signed-by=\S+\] \S+ trixie main\n$/);
});

test("a mirror that does not answer is a fault with what apt said", async () => {
  await program(
    "apt-get",
    `case "$*" in *update) echo "E: Could not resolve 'deb.example'" >&2; exit 100 ;; esac\n${APT}`,
  );
  await program("dpkg-deb", UNPACK);
  await expect(store()).rejects.toMatchObject({
    kind: "fault",
    code: "PACKAGES_UNREACHABLE",
    message: expect.stringMatching(/^apt-get update from \S+ failed \(exit code 100\): E: Could not resolve/),
    hint: expect.stringContaining("grader images load"),
  });
});

test("without apt, stand-ins cannot be made, and the way out is named", async () => {
  await expect(store(join(directory, "bin"))).rejects.toMatchObject({
    kind: "fault",
    code: "STAND_INS_UNSUPPORTED",
    message: "stand-in images cannot be made here: found no apt-get on this machine",
    hint: expect.stringContaining("grader images load"),
  });
  await program("apt-get", "exit 0");
  await expect(store(join(directory, "bin"))).rejects.toMatchObject({
    message: "stand-in images cannot be made here: found no key of Debian's archive on this machine",
  });
});
