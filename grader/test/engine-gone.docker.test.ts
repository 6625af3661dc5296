import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { connectEngine, type Engine } from "@compose-labs/engine";
import { LABELS } from "@compose-labs/lab";
import { beforeAll, expect, it, vi } from "vitest";
import { DEMO_LAB, readResult, startCli, temporaryFolder } from "./run-cli.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await connectEngine({ environment: process.env, signal: new AbortController().signal });
});

interface Way extends AsyncDisposable {
  dockerHost: string;
  /** The engine is gone for who asks on this way. */
  cut(): void;
  mend(): Promise<void>;
}

/** A way to the engine that can be cut. */
async function openWay(): Promise<Way> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const url = new URL(engine.dockerHost);
  const target = url.protocol === "unix:" ? { path: url.pathname } : { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const listen = async () => {
    const server = createServer((client) => {
      const upstream = createConnection(target);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => [client, upstream].forEach((end) => void end.destroy()));
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return server;
  };
  let server = await listen();
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    dockerHost: `unix://${path}`,
    cut,
    async mend() {
      server = await listen();
    },
    async [Symbol.asyncDispose]() {
      cut();
      await folder[Symbol.asyncDispose]();
    },
  };
}

it("is a fault in the middle of a grading; what was left is removed when the engine is back", async () => {
  await using way = await openWay();
  const run = startCli(["check", "01", join(DEMO_LAB, "reference"), "--json"], {
    env: { DOCKER_HOST: way.dockerHost },
  });
  const filters = JSON.stringify({ label: [`${LABELS.pid}=${run.pid}`] });
  const containers = () => engine.docker.listContainers({ filters });
  await vi.waitFor(async () => expect(await containers()).not.toEqual([]), { timeout: 30_000, interval: 20 });
  way.cut();
  const { stdout, exitCode } = await run.ended;
  expect(exitCode).toBe(3);
  const result = readResult(stdout);
  expect(result).toMatchObject({ verdict: "fault", score: null });
  expect(result.checks.filter(({ outcome }) => outcome === "failed")).toEqual([]);

  await way.mend();
  const cleaned = await startCli(["clean"], { env: { DOCKER_HOST: way.dockerHost } }).ended;
  expect(cleaned.exitCode).toBe(0);
  expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
});
