import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packTar, unpackTar } from "modern-tar";
import { expect, test } from "vitest";
import { loadCatalogue } from "../src/images/catalogue.ts";
import { splitLines } from "../src/images/host-command.ts";
import { mergePackages } from "../src/images/root-archive.ts";
import { planBake } from "../src/images/stand-ins.ts";

const image = (standIn: string, reference: string, aliases: string[] = []) => ({
  reference,
  purpose: "a test",
  standIn,
  aliases,
});

test("one target an image, with the tags that are free and the label that tells it from the real one", () => {
  const plan = planBake({
    images: [image("nginx", "nginx:1.26", ["nginx:latest"]), image("redis", "redis:8.0")],
    free: new Set(["nginx:1.26"]),
    bootstrap: "base:1",
    packages: "packages:1",
    directory: "/stand-ins",
  });
  expect(plan).toEqual({
    group: { default: { targets: ["nginx"] } },
    target: {
      nginx: {
        context: "/stand-ins",
        contexts: { bootstrap: "docker-image://base:1", store: "docker-image://packages:1" },
        target: "nginx",
        labels: { "compose-labs.stand-in": "nginx:1.26" },
        tags: ["nginx:1.26"],
        output: ["type=docker"],
      },
    },
  });
});

test("every image of the catalogue has its target in the Dockerfile", async () => {
  const [catalogue, dockerfile] = await Promise.all([
    loadCatalogue(join(import.meta.dirname, "../../../labs/images.yaml")),
    readFile(join(import.meta.dirname, "../stand-ins/Dockerfile"), "utf8"),
  ]);
  const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map((match) => match[1]);
  expect(targets).toEqual(expect.arrayContaining(catalogue.images.map(({ standIn }) => standIn)));
});

test("packages are laid over each other with their owners and links, without manuals and twofold folders", async () => {
  const file = (name: string, more: object = {}) => ({
    header: { name, size: 1, type: "file" as const, mode: 0o644, ...more },
    body: "x",
  });
  const folder = (name: string) => ({ header: { name, size: 0, type: "directory" as const, mode: 0o755 } });
  const packages: Record<string, Uint8Array> = {
    one: await packTar([
      folder("./"),
      folder("./usr/"),
      { header: { name: "./bin", size: 0, type: "symlink", linkname: "usr/bin", mode: 0o777 } },
      file("./usr/su", { mode: 0o4755, uid: 0, gid: 42 }),
    ]),
    two: await packTar([
      folder("./usr/"),
      folder("./usr/share/doc/two/"),
      file("./usr/share/man/man1/two.1"),
      file("./etc/two"),
    ]),
  };
  const merged = await unpackTar(
    await mergePackages(["one", "two"], async (name) => packages[name] ?? new Uint8Array()),
  );
  expect(merged.map(({ header }) => header.name)).toEqual([
    "./usr/",
    "./bin",
    "./usr/su",
    "./etc/two",
    "etc/dpkg/dpkg.cfg.d/excludes",
    "etc/dpkg/dpkg.cfg.d/speed",
  ]);
  expect(merged[1]?.header).toMatchObject({ type: "symlink", linkname: "usr/bin" });
  expect(merged[2]?.header).toMatchObject({ mode: 0o4755, gid: 42 });
  expect(new TextDecoder().decode(merged[4]?.data)).toContain("path-exclude=/usr/share/man/*\n");
});

test("chunks become lines", () => {
  const lines: string[] = [];
  const add = splitLines((line) => lines.push(line));
  for (const chunk of ["a", "b\r\n\n", "c \nd"]) add(chunk);
  expect(lines).toEqual(["ab", "c"]);
});
