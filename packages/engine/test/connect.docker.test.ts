import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { explainNoEngine } from "../src/connect.ts";
import { connectEngine } from "../src/index.ts";
import { findComposeTools } from "../src/tools.ts";

const signal = new AbortController().signal;

it("tells what the engine is", async () => {
  const { facts, docker, dockerHost } = await connectEngine({ signal, environment: process.env });
  expect(facts).toMatchObject({ cgroup: expect.stringMatching(/^[12]$/), compose: expect.stringMatching(/^\d+\.\d+/) });
  expect((await docker.version()).Version).toBe(facts.engine);
  expect(dockerHost).toMatch(/^(unix|npipe|tcp):/);
});

it("does not take another engine for the one that was asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "engine-connect-"));
  const index = new URL("../src/index.ts", import.meta.url).href;
  // testcontainers keeps what it found for the life of the process.
  const script = `import { connectEngine } from ${JSON.stringify(index)};
    await connectEngine({ signal: new AbortController().signal, environment: process.env })
      .catch((error) => console.log(error.kind, error.code, error.message));`;
  const environment = { ...process.env, DOCKER_HOST: `unix://${folder}/none.sock` };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: environment,
  });
  expect(stdout).toMatch(/^fault ENGINE_UNREACHABLE the container engine at unix:.*none\.sock does not answer/);
  await rm(folder, { recursive: true });
});

it("tells no engine from one that does not answer", () => {
  expect(explainNoEngine(undefined, false, new Error("x"))).toMatchObject({ kind: "fault", code: "ENGINE_ABSENT" });
  expect(explainNoEngine(undefined, true, new Error("x"))).toMatchObject({ kind: "fault", code: "ENGINE_UNREACHABLE" });
});

it("tells when there is no Compose", async () => {
  const folder = await mkdtemp(join(tmpdir(), "engine-connect-"));
  const tools = findComposeTools({ PATH: folder, HOME: folder }, folder, undefined, []);
  await expect(tools).rejects.toMatchObject({ kind: "fault", code: "COMPOSE_ABSENT" });
  await rm(folder, { recursive: true });
});
