import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Dockerode from "dockerode";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { loadBundle, saveBundle } from "../src/images/bundle.ts";
import { inspectImages, requireImages } from "../src/images/image-status.ts";
import type { ImageWork } from "../src/images/image-work.ts";
import { provideImages } from "../src/images/provide.ts";
import { askRegistry, pullImages } from "../src/images/pull.ts";

const docker = new Dockerode();
const NAME = `images-test-${process.pid}`;
const HERE = `${NAME}/here:1`;
/** Nobody listens there, so that a pull fails at once on every machine. */
const NOWHERE = `127.0.0.1:1/${NAME}/nowhere:1`;

let directory = "";
let lines: string[] = [];
beforeEach(async () => {
  lines = [];
  directory = await mkdtemp(join(tmpdir(), "images-test-"));
  await docker.getImage("busybox:1.37").tag({ repo: `${NAME}/here`, tag: "1" });
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(async () => {
  await docker
    .getImage(HERE)
    .remove()
    .catch(() => undefined);
});

function work(...references: string[]): ImageWork {
  const images = references.map((reference) => ({ reference, purpose: "a test", standIn: "busybox", aliases: [] }));
  return {
    docker,
    catalogue: { images },
    environment: process.env,
    signal: new AbortController().signal,
    log: (line) => lines.push(line),
  };
}

test("says what the engine has and what it lacks", async () => {
  const [here, absent] = await inspectImages(docker, work(HERE, NOWHERE).catalogue);
  expect(here).toMatchObject({ reference: HERE, id: expect.stringMatching(/^sha256:/), size: expect.any(Number) });
  expect(here?.state).not.toBe("missing");
  expect(absent).toEqual({ reference: NOWHERE, state: "missing", id: undefined, size: undefined });
});

test("a missing image is a fault that names it and the command to run", async () => {
  await expect(requireImages(docker, [HERE, NOWHERE])).rejects.toMatchObject({
    kind: "fault",
    code: "IMAGE_MISSING",
    message: `the engine lacks an image of this lab: ${NOWHERE}`,
    hint: expect.stringContaining("grader images pull"),
  });
});

test("a stand-in is named as one", async () => {
  const facts = await docker.getImage("busybox:1.37").inspect();
  const standIn = facts.Config.Labels?.["compose-labs.stand-in"] !== undefined;
  expect(await requireImages(docker, [HERE])).toEqual({
    standIns: standIn ? [HERE] : [],
    images: [{ name: HERE, digest: facts.Id }],
  });
});

test("nothing is done where nothing is missing", async () => {
  expect((await provideImages(work(HERE))).map(({ reference }) => reference)).toEqual([HERE]);
  expect(lines).toEqual([]);
});

test("a registry that does not answer is told at once", async () => {
  await expect(askRegistry(work(), NOWHERE)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  await expect(pullImages(work(), [NOWHERE])).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    message: expect.stringContaining(`cannot pull ${NOWHERE}: no registry answers`),
    hint: expect.stringContaining("grader images build"),
  });
  expect(lines[0]).toBe(`  pulling ${NOWHERE} ...`);
});

test.each(["images.tar", "images.tar.gz"])("a bundle brings images back with their names: %s", async (name) => {
  const file = join(directory, name);
  expect(await saveBundle(work(HERE, NOWHERE), file)).toEqual([HERE]);
  const before = await docker.getImage(HERE).inspect();
  await docker.getImage(HERE).remove();
  expect(await loadBundle(work(HERE), file)).toMatchObject([{ reference: HERE, id: before.Id }]);
  expect(await readdir(directory)).toEqual([name]);
});

test("bundles that cannot be made or loaded say so", async () => {
  await expect(saveBundle(work(NOWHERE), join(directory, "x.tar"))).rejects.toMatchObject({ code: "IMAGE_MISSING" });
  await expect(saveBundle(work(HERE), join(directory, "absent/x.tar"))).rejects.toMatchObject({
    code: "BUNDLE_WRITE_FAILED",
    hint: expect.stringContaining("folder that exists"),
  });
  await expect(loadBundle(work(HERE), join(directory, "absent.tar"))).rejects.toMatchObject({
    kind: "usage",
    code: "BUNDLE_MISSING",
  });
  await writeFile(join(directory, "bad.tar"), "this is not an archive");
  await expect(loadBundle(work(HERE), join(directory, "bad.tar"))).rejects.toMatchObject({
    kind: "fault",
    code: "BUNDLE_INVALID",
  });
});

test("where neither a registry nor apt is to be had, both are named, and the way out", async () => {
  await expect(provideImages({ ...work(NOWHERE), environment: { PATH: directory } })).rejects.toMatchObject({
    kind: "fault",
    code: "IMAGE_UNAVAILABLE",
    message: expect.stringMatching(/^the engine lacks .*no registry answers.*; .*(apt-get|Debian's archive)/),
    hint: expect.stringContaining("grader images load"),
  });
});
