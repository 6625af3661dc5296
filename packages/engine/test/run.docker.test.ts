import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { listArchive } from "../src/handles/archive.ts";
import { failureOf, publish, remains, serve, sketchRun, startRun } from "./stack-fixture.ts";

it("leaves nothing behind, whenever it is ended", async () => {
  for (const ms of [0, 100, 300, 500, 800]) {
    const model = sketchRun(
      {
        web: { command: serve(80), networks: { front: null }, volumes: [{ type: "volume", target: "/anonymous" }] },
        db: {
          command: ["sleep", "1000"],
          networks: { back: null },
          volumes: [{ type: "volume", source: "data", target: "/data" }],
        },
      },
      { networks: { front: {}, back: {} }, volumes: { data: {} } },
    );
    const test = await startRun(model);
    await delay(ms);
    await test[Symbol.asyncDispose]();
    expect(await remains(test.engine, model)).toEqual([]);
  }
});

it("ends what waits when it is aborted", async () => {
  const controller = new AbortController();
  const model = sketchRun({
    app: { command: ["sleep", "1000"], healthcheck: { test: ["CMD", "false"], interval: "1s" } },
  });
  await using test = await startRun(model, { signal: controller.signal });
  const settled = test.stack.settled();
  await delay(300);
  controller.abort(new DOMException("interrupted", "AbortError"));
  await expect(settled).rejects.toMatchObject({ name: "AbortError" });
});

it("gives Compose nothing of the grader's environment, and keeps its files in the run's folder", async () => {
  process.env.COMPOSE_LABS_SECRET = "do not tell";
  process.env.COMPOSE_PROFILES = "tools";
  try {
    const model = sketchRun({
      app: {
        command: ["sh", "-c", "echo [$COMPOSE_LABS_SECRET]; sleep 1000"],
        environment: { COMPOSE_LABS_SECRET: null },
      },
      tool: { command: ["sleep", "1000"], profiles: ["tools"] },
    });
    await using test = await startRun(model);
    await test.stack.settled();
    expect(await test.stack.service("app").logs()).toBe("[]\n");
    expect(await test.stack.service("tool").containers()).toEqual([]);
    expect((await readdir(join(test.directory, "docker"))).sort()).toContain("cli-plugins");
  } finally {
    delete process.env.COMPOSE_LABS_SECRET;
    delete process.env.COMPOSE_PROFILES;
  }
});

it("tells where published ports are, and lets go of a stack that is kept", async () => {
  const model = sketchRun({ web: { command: serve(8000), ports: [publish(8000)] } });
  await using test = await startRun(model);
  await test.stack.service("web").listeners();
  const [endpoint] = await test.run.endpoints();
  expect(endpoint).toMatchObject({ service: "web", target: 8000 });
  await test.run.release();
  expect((await fetch(endpoint?.url ?? "")).status).toBe(200);
  expect(
    await test.engine.docker.listContainers({
      filters: JSON.stringify({ label: [`compose-labs.run=${model.runId}`] }),
    }),
  ).toHaveLength(1);
});

it("takes an image that is not there for a fault, not for a failure", async () => {
  await using test = await startRun(sketchRun({ app: { image: "compose-labs.invalid/none:1" } }));
  await expect(test.stack.settled()).rejects.toMatchObject({ kind: "fault", code: "IMAGE_UNAVAILABLE" });
});

it("takes a run model that Compose refuses for its own fault", async () => {
  await using test = await startRun(sketchRun({ app: { command: ["true"], healthcheck: { test: ["nonsense"] } } }));
  await expect(test.stack.settled()).rejects.toMatchObject({ kind: "fault", code: "RUN_MODEL_INVALID" });
});

it("takes a probe image that is not there for a fault", async () => {
  const model = sketchRun({ app: { command: serve(80) } });
  await using test = await startRun(model, { probeImage: "compose-labs.invalid/probe:1" });
  await expect(test.stack.service("app").listeners()).rejects.toMatchObject({
    kind: "fault",
    code: "PROBE_IMAGE_MISSING",
  });
});

it("names a service of a profile that was not started", async () => {
  await using test = await startRun(
    sketchRun({ app: { command: serve(80) }, tool: { command: ["true"], profiles: ["tools"] } }),
  );
  const failure = await failureOf(test.stack.service("tool").inspect());
  expect(failure).toMatchObject({ code: "SERVICE_NOT_CREATED", hint: expect.stringContaining("profile") });
});

it("runs two copies of one stack side by side", async () => {
  const models = [1, 2].map(() => sketchRun({ web: { command: serve(8000), ports: [publish(8000)] } }));
  const runs = await Promise.all(models.map((model) => startRun(model)));
  try {
    const answers = await Promise.all(runs.map(({ stack }) => stack.service("web").http({ path: "/" })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  } finally {
    await Promise.all(runs.map((run) => run[Symbol.asyncDispose]()));
  }
});

it("makes a new probe when one was lost", async () => {
  const model = sketchRun({ app: { command: serve(80) } });
  await using test = await startRun(model);
  const listeners = await test.stack.service("app").listeners();
  const filters = JSON.stringify({ label: [`compose-labs.run=${model.runId}`] });
  const containers = await test.engine.docker.listContainers({ filters });
  const probe = containers.find(({ Labels }) => Labels["com.docker.compose.service"] === undefined);
  await test.engine.docker.getContainer(probe?.Id ?? "").remove({ force: true });
  expect(await test.stack.service("app").listeners()).toEqual(listeners);
});

it("does not hide what it cannot remove", async () => {
  const model = sketchRun({ app: { command: serve(80) } });
  const test = await startRun(model);
  await test.stack.settled();
  const stranger = await test.engine.docker.createContainer({
    Image: "busybox:1.37",
    Cmd: ["sleep", "1000"],
    HostConfig: { NetworkMode: `${model.project}_default` },
  });
  try {
    await stranger.start();
    await expect(test.run[Symbol.asyncDispose]()).rejects.toMatchObject({ kind: "fault", code: "CLEANUP_FAILED" });
  } finally {
    await stranger.remove({ force: true });
    await test.engine.docker.getNetwork(`${model.project}_default`).remove();
  }
});

it("bounds what it lists", async () => {
  const model = sketchRun({ app: { command: serve(80) } });
  await using test = await startRun(model);
  const { id } = await test.stack.service("app").inspect();
  const listed = listArchive(test.engine.docker.getContainer(id), "/bin", 65_536);
  await expect(listed).rejects.toMatchObject({ kind: "fault", code: "ARCHIVE_TOO_LARGE" });
});
