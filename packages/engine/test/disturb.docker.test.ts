import { expect, it } from "vitest";
import { failureOf, healthy, serve, sketchRun, startRun } from "./stack-fixture.ts";

it("recreates with a new writable layer, keeping named volumes and dropping anonymous ones", async () => {
  await using test = await startRun(
    sketchRun(
      {
        app: {
          command: serve(80),
          volumes: [
            { type: "volume", source: "data", target: "/data" },
            { type: "volume", target: "/scratch" },
          ],
        },
      },
      { volumes: { data: {} } },
    ),
  );
  const app = test.stack.service("app");
  await app.exec(["sh", "-c", "echo a >/data/a; echo b >/scratch/b; echo c >/c"]);
  const before = await app.inspect();
  expect((await app.changes()).map(({ path }) => path)).toContain("/c");
  await app.restart();
  expect(await app.read("/c")).toEqual(Buffer.from("c\n"));
  await app.recreate();
  expect((await app.inspect()).id).not.toBe(before.id);
  const kept = await Promise.all(["/data/a", "/scratch/b", "/c"].map((path) => app.read(path)));
  expect(kept.map((bytes) => bytes?.toString())).toEqual(["a\n", undefined, undefined]);
  expect(await test.stack.volume("data").list()).toEqual(["/a"]);
  expect((await test.stack.volume("data").read("/a"))?.toString()).toBe("a\n");
  expect(await app.mounts()).toEqual([
    { type: "volume", target: "/data", readOnly: false, volume: "data", anonymous: false },
    { type: "volume", target: "/scratch", readOnly: false, volume: undefined, anonymous: true },
  ]);
});

it("stops with the service's own grace and tells how it ended", async () => {
  await using test = await startRun(
    sketchRun({
      deaf: { command: ["sleep", "1000"], stop_grace_period: "1s" },
      polite: { command: ["sleep", "1000"], init: true },
    }),
  );
  const [deaf, polite] = await Promise.all([test.stack.service("deaf").stop(), test.stack.service("polite").stop()]);
  expect(deaf.exitCode).toBe(137);
  expect(deaf.ms).toBeGreaterThanOrEqual(900);
  expect(polite.exitCode).toBe(143);
  await test.stack.settled(); // stopped services are as they should be
  expect(await failureOf(test.stack.service("deaf").listeners())).toMatchObject({ code: "SERVICE_NOT_RUNNING" });
  await test.stack.service("deaf").start();
  expect((await test.stack.service("deaf").inspect()).state).toBe("running");
});

it("crashes the main process so that the restart policy applies, be it PID 1 or under an init", async () => {
  await using test = await startRun(
    sketchRun({
      one: { command: ["sleep", "1000"], restart: "always" },
      init: { command: ["sleep", "1000"], init: true, restart: "on-failure" },
      none: { command: ["sleep", "1000"] },
    }),
  );
  for (const name of ["one", "init"]) {
    const service = test.stack.service(name);
    await service.crash();
    await service.settled();
    expect(await service.inspect()).toMatchObject({ state: "running", restartCount: 1 });
  }
  await test.stack.service("none").crash();
  expect(await failureOf(test.stack.service("none").settled())).toMatchObject({ code: "SERVICE_CRASHED" });
});

it("scales, and addresses replicas by number", async () => {
  await using test = await startRun(
    sketchRun({ web: { command: serve(80) }, peer: { command: ["sleep", "1000"], init: true } }),
  );
  const web = test.stack.service("web");
  await web.scale(3);
  expect((await web.containers()).map(({ replica }) => replica)).toEqual([1, 2, 3]);
  expect(await test.stack.service("peer").resolves("web")).toHaveLength(3);
  const ids = await Promise.all([1, 2, 3].map(async (number) => (await web.replica(number).inspect()).id));
  expect(new Set(ids).size).toBe(3);
  await web.scale(1);
  expect(await failureOf(web.replica(2).inspect())).toMatchObject({ code: "SERVICE_NOT_CREATED" });
});

it("goes down and up again, saying what was made anew", async () => {
  await using test = await startRun(
    sketchRun(
      { app: { command: serve(80), volumes: [{ type: "volume", source: "data", target: "/data" }] } },
      { volumes: { data: {} } },
    ),
  );
  expect(await test.stack.up()).toEqual({ created: [], recreated: [], unchanged: ["app"] });
  await test.stack.service("app").exec(["sh", "-c", "echo kept >/data/a"]);
  await test.stack.down();
  expect(await test.stack.service("app").containers()).toEqual([]);
  expect(await test.stack.volume("data").exists()).toBe(true);
  expect(await test.stack.up()).toEqual({ created: ["app"], recreated: [], unchanged: [] });
  expect((await test.stack.service("app").read("/data/a"))?.toString()).toBe("kept\n");
  await test.stack.down({ volumes: true });
  expect(await test.stack.volume("data").exists()).toBe(false);
  expect(await failureOf(test.stack.volume("data").list())).toMatchObject({ code: "VOLUME_MISSING" });
});

it("leaves no anonymous volume behind where Compose would: at down and when scaling down", async () => {
  await using test = await startRun(
    sketchRun({ app: { command: serve(80), volumes: [{ type: "volume", target: "/scratch" }] } }),
  );
  const app = test.stack.service("app");
  const volumes = async () =>
    (await app.containers()).map(({ raw }) => {
      const [mount] = (raw as { Mounts: { Name: string }[] }).Mounts;
      return mount?.Name ?? "";
    });
  const stands = async (name: string) =>
    (await test.engine.docker.listVolumes()).Volumes.some(({ Name }) => Name === name);
  await app.scale(2);
  const [first = "", second = ""] = await volumes();
  await app.scale(1);
  expect([await stands(first), await stands(second)]).toEqual([true, false]);
  await test.stack.down();
  expect(await stands(first)).toBe(false);
});

it("runs a one-shot of a profile, with its exit code and output in order", async () => {
  await using test = await startRun(
    sketchRun({
      app: { command: serve(80) },
      job: {
        command: ["sh", "-c", "echo out; sleep 0.2; echo err >&2; sleep 0.2; echo $$WHO; exit 3"],
        profiles: ["jobs"],
      },
    }),
  );
  expect(await test.stack.run("job", { env: { WHO: "fresh" } })).toMatchObject({
    exitCode: 3,
    output: "out\nerr\nfresh\n",
    timedOut: false,
  });
  expect(await test.stack.run("job", { command: ["sleep", "100"], timeout: 1 })).toMatchObject({
    exitCode: 137,
    timedOut: true,
  });
  expect(await test.stack.run("job", { command: ["no-such-program"] })).toMatchObject({ exitCode: 127 });
  expect(await test.stack.service("job").containers()).toEqual([]);
});

it("starts a changed copy beside the stack and removes it alone", async () => {
  await using test = await startRun(
    sketchRun({
      db: { command: serve(5432), healthcheck: healthy(["CMD", "wget", "-qO-", "http://127.0.0.1:5432/"]) },
      web: { command: serve(80), depends_on: { db: { condition: "service_healthy" } } },
      other: { command: ["sleep", "1000"], init: true },
    }),
  );
  {
    await using late = await test.stack.variant({ title: "late", delay: { db: 1 }, only: ["web"], otherSubnets: true });
    await late.settled();
    const timeline = await late.timeline();
    const [db, web] = [timeline.get("db"), timeline.get("web")];
    expect((db?.healthyAt ?? 0) - (db?.startedAt ?? 0)).toBeGreaterThan(900);
    expect(web?.startedAt).toBeGreaterThanOrEqual(db?.healthyAt ?? Number.NaN);
    expect(await late.service("other").containers()).toEqual([]);
    expect((await late.service("web").networks())[0]?.address).toMatch(/^10\./);
  }
  await using changed = await test.stack.variant({
    title: "changed",
    command: { other: ["sh", "-c", "echo $WHO; sleep 9"] },
    environment: { other: { WHO: "a$b" } },
    scale: { web: 2 },
  });
  await changed.settled();
  expect(await changed.service("other").logs()).toBe("a$b\n");
  expect(await changed.service("web").containers()).toHaveLength(2);
  await test.stack.settled();
});
