import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { examine } from "../src/setup/doctor.ts";

const inputs = { temporaryDirectory: tmpdir(), node: process.version, signal: new AbortController().signal };
const names = ["Node", "Engine", "Compose", "buildx", "runc", "Limits", "Storage driver", "Engine's disk"];

test("the doctor reads a real engine", async () => {
  const base = await mkdtemp(join(tmpdir(), "doctor-"));
  try {
    const docker = new Docker();
    const { DockerRootDir: rootDir } = await docker.info();
    const facts = { compose: "2.40.2", buildx: "0.29.1", rootDir };
    const items = await examine({ ...inputs, engine: { facts, docker }, leasesDirectory: join(base, "leases") });
    expect(items.map((it) => it.name)).toEqual([...names, "Temporary folder", "Leftovers"]);
    expect(items.find((it) => it.name === "Engine")?.found).toMatch(/^(Docker|Podman) \d+\.\d+\.\d+/);
    expect(items.find((it) => it.name === "Limits")?.found).toMatch(/^cgroup v[12]/);
  } finally {
    await rm(base, { recursive: true });
  }
});

test("an engine that is gone by then is named", async () => {
  const docker = new Docker({ socketPath: join(tmpdir(), "nobody.sock") });
  const facts = { compose: "2.40.2", buildx: undefined, rootDir: "/" };
  const items = await examine({ ...inputs, engine: { facts, docker }, leasesDirectory: join(tmpdir(), "nowhere") });
  expect(items[1]).toMatchObject({
    name: "Engine",
    state: "bad",
    found: expect.stringContaining("ENOENT"),
    advice: "Look at the engine with `docker info`, then try again.",
  });
});
