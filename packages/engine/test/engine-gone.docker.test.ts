import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectEngine, type Engine, removeRun } from "../src/index.ts";
import { openRun } from "../src/run.ts";
import { healthy, PROBE_IMAGE, remains, serve, sketchRun } from "./stack-fixture.ts";

const signal = new AbortController().signal;
let engine: Engine;
let directory: string;
let socketPath: string;
let cut: () => void;

/** A way to the engine that can be cut: to a client it is then gone. */
beforeEach(async () => {
  engine = await connectEngine({ signal, environment: process.env });
  directory = await mkdtemp(join(tmpdir(), "engine-gone-"));
  socketPath = join(directory, "engine.sock");
  const sockets = new Set<Socket>();
  const url = new URL(engine.dockerHost);
  const server = createServer((client) => {
    const target = url.protocol === "unix:" ? { path: url.pathname } : { host: url.hostname, port: Number(url.port) };
    const upstream = createConnection(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => [client, upstream].forEach((end) => void end.destroy()));
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
});

afterEach(async () => {
  cut();
  await rm(directory, { recursive: true, force: true });
});

function open(runModel: Parameters<Engine["openRun"]>[0]) {
  const Client = engine.docker.constructor as new (options: { socketPath: string }) => Engine["docker"];
  const surroundings = {
    docker: new Client({ socketPath }),
    dockerHost: `unix://${socketPath}`,
    facts: engine.facts,
    environment: process.env,
  };
  const run = openRun(surroundings, runModel, { signal, runDirectory: directory, probeImage: PROBE_IMAGE });
  const { stack } = run.handles({
    record: () => undefined,
    recordReach: () => undefined,
    waiting: (phase) => phase,
    signal,
  });
  return { run, stack };
}

const gone = { kind: "fault", code: "ENGINE_GONE" };

it("is a fault for who waits for the start, and for the clean-up", async () => {
  const model = sketchRun({
    app: { command: ["sleep", "1000"], healthcheck: { ...healthy(["CMD", "false"]), start_period: "60s" } },
  });
  const { run, stack } = open(model);
  run.up();
  const settled = stack.settled();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  cut();
  await expect(settled).rejects.toMatchObject(gone);
  await expect(run[Symbol.asyncDispose]()).rejects.toMatchObject(gone);
  await removeRun({ docker: engine.docker, runId: model.runId });
  expect(await remains(engine, model)).toEqual([]);
});

it("is a fault for who asks a stack that runs", async () => {
  const model = sketchRun({ app: { command: serve(8000) } });
  const { run, stack } = open(model);
  run.up();
  await stack.service("app").listeners();
  cut();
  const asked = [
    stack.service("app").listeners(),
    stack.service("app").inspect(),
    stack.service("app").restart(),
    stack.up(),
  ];
  for (const result of await Promise.allSettled(asked)) {
    expect(result).toMatchObject({ status: "rejected", reason: { kind: "fault" } });
  }
  // The logs are a help only: they never say by themselves what is amiss.
  expect(await run.logs()).toEqual([]);
  await expect(run.states()).rejects.toMatchObject(gone);
  await expect(run[Symbol.asyncDispose]()).rejects.toMatchObject(gone);
  await removeRun({ docker: engine.docker, runId: model.runId });
});
