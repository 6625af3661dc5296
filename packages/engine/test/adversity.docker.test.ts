import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Adversity, connectEngine } from "../src/index.ts";
import { openRun } from "../src/run.ts";
import { healthy, PROBE_IMAGE, publish, serve, sketchRun, startRun } from "./stack-fixture.ts";

/** The host port is one that the system says is free, so that this test can occupy it. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => done(true)).once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });

async function run(adversity: Adversity, port: number) {
  const web = {
    ports: [publish(80)],
    command: serve(80),
    cpus: 1,
    depends_on: { db: { condition: "service_healthy" } },
  };
  const declared = [{ target: 80, protocol: "tcp", hostIp: "", published: String(port) }];
  const model = sketchRun({
    db: { command: serve(6379), cpus: 0.5, healthcheck: healthy(["CMD", "wget", "-qO-", "http://127.0.0.1:6379/"]) },
    web: { ...web, facts: { ports: declared } },
  });
  return startRun(model, { adversity });
}

it("starts what others wait for late, on other subnets, with less of a processor, beside occupied ports", async () => {
  const port = await freePort();
  {
    await using worse = await run(
      { lateDependencies: 1.5, otherSubnets: true, cpuShare: 0.5, occupiedPorts: true },
      port,
    );
    const { stack } = worse;
    await stack.settled();
    expect(await answers(port)).toBe(true);
    const [db, web] = await Promise.all([stack.service("db").inspect(), stack.service("web").inspect()]);
    expect([db, web].map(({ raw }) => (raw["HostConfig"] as { NanoCpus: number }).NanoCpus)).toEqual([0.25e9, 0.5e9]);
    expect(db.command.slice(0, 3)).toEqual(["sh", "-c", 'sleep 1.5; exec "$@"']);
    const { startedAt = 0, healthyAt = 0 } = (await stack.timeline()).get("db") ?? {};
    expect(healthyAt - startedAt).toBeGreaterThan(1_400);
    expect(web.command[0]).not.toBe('sleep 1.5; exec "$@"');
    for (const { address } of await stack.service("db").networks()) {
      const second = Number(/^10\.(\d+)\./.exec(address)?.[1]);
      expect(second).toBeGreaterThanOrEqual(128);
    }
    // The port that the run itself publishes is another one.
    expect((await stack.service("web").http({ path: "/" })).body).toBe("hello\n");
  }
  expect(await answers(port)).toBe(false);
});

it("starts an image without a shell as it is, and leaves no connection open", async () => {
  const directory = await mkdtemp(join(tmpdir(), "adversity-test-"));
  const open = () => process.getActiveResourcesInfo().filter((kind) => kind === "PipeWrap").length;
  const inline = `FROM ${PROBE_IMAGE} AS tools\nFROM scratch\nCOPY --from=tools /bin/busybox /busybox\n`;
  const start = async (adversity: Adversity): Promise<string[]> => {
    const model = sketchRun(
      {
        db: { build: { context: ".", dockerfile_inline: inline }, command: ["/busybox", "sleep", "1000"] },
        cache: { command: ["sleep", "1000"] },
        web: {
          command: ["sleep", "1000"],
          depends_on: { db: { condition: "service_started" }, cache: { condition: "service_started" } },
        },
      },
      { directory },
    );
    await using bare = await startRun(model, { adversity });
    await bare.stack.settled();
    return (await bare.stack.service("db").inspect()).command;
  };
  try {
    await start({});
    const before = open();
    expect(await start({ lateDependencies: 1 })).toEqual(["/busybox", "sleep", "1000"]);
    await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(before);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

it("changes nothing when no adversity is asked for", async () => {
  const port = await freePort();
  await using same = await run({}, port);
  await same.stack.settled();
  const db = await same.stack.service("db").inspect();
  expect((db.raw["HostConfig"] as { NanoCpus: number }).NanoCpus).toBe(0.5e9);
  expect(db.command).toEqual(serve(6379));
  expect(await answers(port)).toBe(false);
});

it("builds without the engine's cache", async () => {
  const signal = new AbortController().signal;
  const { docker, dockerHost, facts } = await connectEngine({ signal, environment: process.env });
  // The bounds of a build's steps are part of what the engine keeps them under; it has none to give with cgroup v2.
  const surroundings = { docker, dockerHost, facts: { ...facts, cgroup: "2" }, environment: process.env };
  const directory = await mkdtemp(join(tmpdir(), "adversity-test-"));
  const made = async (adversity: Adversity): Promise<string> => {
    const inline = `FROM ${PROBE_IMAGE}\nRUN cat /proc/sys/kernel/random/uuid >/made\n`;
    const model = sketchRun({ app: { build: { context: ".", dockerfile_inline: inline } } }, { directory });
    const options = { signal, runDirectory: directory, probeImage: PROBE_IMAGE, adversity };
    await using built = openRun(surroundings, model, options);
    const { image } = built.handles({
      record: () => undefined,
      recordReach: () => undefined,
      waiting: (phase) => phase,
      signal,
    });
    await built.build();
    return (await image("app").read("/made"))?.toString() ?? "";
  };
  try {
    const first = await made({});
    expect(first).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(await made({})).toBe(first);
    expect(await made({ coldCache: true })).not.toBe(first);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
