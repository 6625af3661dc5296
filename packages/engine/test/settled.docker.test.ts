import { describe, expect, it } from "vitest";
import { failureOf, healthy, publish, remains, serve, sketchRun, startRun } from "./stack-fixture.ts";

/** The failure of `stack.settled` for one service `app`, and how long after the fact it was told. */
async function settleFailure(
  app: Parameters<typeof sketchRun>[0][string],
  options: Parameters<typeof sketchRun>[1] = {},
) {
  await using test = await startRun(sketchRun({ app }, options));
  return await failureOf(test.stack.settled());
}

describe("a stack that settles", () => {
  it("is told at once, with healthy services, quiet ones and a one-shot", async () => {
    const model = sketchRun({
      web: {
        command: serve(8000),
        healthcheck: healthy(["CMD", "wget", "-qO-", "http://127.0.0.1:8000/"]),
        depends_on: { job: { condition: "service_completed_successfully" } },
      },
      job: { command: ["true"] },
      idle: { command: ["sleep", "1000"], init: true },
      tool: { command: ["false"], profiles: ["tools"] },
    });
    await using test = await startRun(model);
    await test.stack.settled();
    expect(Object.fromEntries(await test.run.states())).toEqual({
      web: "running (healthy)",
      job: "exited 0",
      idle: "running",
      tool: "not started (profile)",
    });
    await test.run[Symbol.asyncDispose]();
    expect(await remains(test.engine, model)).toEqual([]);
  });

  it("knows when each service started, was healthy and ended", async () => {
    await using test = await startRun(
      sketchRun({
        db: { command: serve(80), healthcheck: healthy(["CMD-SHELL", "wget -qO- http://127.0.0.1/"]) },
        job: { command: ["true"], depends_on: { db: { condition: "service_healthy" } } },
      }),
    );
    const timeline = await test.stack.timeline();
    const [db, job] = [timeline.get("db"), timeline.get("job")];
    expect(job?.startedAt).toBeGreaterThanOrEqual(db?.healthyAt ?? Number.NaN);
    expect(job?.exitCode).toBe(0);
    expect(job?.finishedAt).toBeGreaterThanOrEqual(job?.startedAt ?? Number.NaN);
  });
});

describe("a stack that does not settle", () => {
  it("names a crash, its exit code and its last words", async () => {
    const failure = await settleFailure({ command: ["sh", "-c", "echo no database; exit 3"] });
    expect(failure).toMatchObject({ code: "SERVICE_CRASHED", at: "services.app", log: "no database" });
    expect(failure.found).toMatch(/^`app` ended with exit code 3, \d/);
    expect(failure.reproduce).toBe("docker compose logs app");
  });

  it("waits for a service that is still at work, and sees it crash", async () => {
    const busy = "i=0; while [ $$i -lt 150000 ]; do i=$$((i+1)); done; exit 4";
    expect(await settleFailure({ command: ["sh", "-c", busy] })).toMatchObject({ code: "SERVICE_CRASHED" });
  });

  it("takes a server that ends with 0 for a failure", async () => {
    const failure = await settleFailure({ command: ["true"], ports: [publish(80)] });
    expect(failure.code).toBe("SERVICE_EXITED");
  });

  it("tells that the kernel killed it for its memory", async () => {
    const eat = "tail /dev/zero";
    const failure = await settleFailure({ command: ["sh", "-c", eat], mem_limit: "16m", memswap_limit: "16m" });
    expect(failure.code).toBe("SERVICE_OOM_KILLED");
    expect(failure.found).toContain("16 MiB");
  });

  it("does not wait for a command that is not in the image", async () => {
    const failure = await settleFailure({ command: ["no-such-program", "--serve"] });
    expect(failure).toMatchObject({ code: "COMMAND_NOT_FOUND", at: "services.app.command" });
    expect(failure.found).toContain("no-such-program");
  });

  it("does not wait for a shell that cannot find the command", async () => {
    const failure = await settleFailure({ command: ["sh", "-c", "no-such-program"] });
    expect(failure.code).toBe("COMMAND_NOT_FOUND");
    expect(failure.found).toContain("not found");
  });

  it("ends with the engine's reason when a container cannot be started", async () => {
    const failure = await settleFailure({ command: ["true"], user: "nobody-of-that-name" });
    expect(failure.code).toBe("START_FAILED");
    expect(failure.found).toContain("nobody-of-that-name");
  });

  it("names an unhealthy service with what its check said", async () => {
    const healthcheck = { ...healthy(["CMD-SHELL", "echo not yet; exit 1"]), start_period: "0s", start_interval: "0s" };
    const failure = await settleFailure({ command: ["sleep", "1000"], healthcheck });
    expect(failure).toMatchObject({ code: "SERVICE_UNHEALTHY", at: "services.app.healthcheck" });
    expect(failure.found).toContain("not yet");
  });

  it("names the tool that a health check lacks, in either form", async () => {
    for (const test of [
      ["CMD", "curl", "-f", "http://127.0.0.1/"],
      ["CMD-SHELL", "curl -f http://127.0.0.1/ || exit 1"],
    ]) {
      const failure = await settleFailure({ command: ["sleep", "1000"], healthcheck: healthy(test) });
      expect(failure.code).toBe("HEALTHCHECK_TOOL_MISSING");
      expect(failure.found).toContain("`curl`");
    }
  });

  it("stops waiting for health after the lab's time", async () => {
    const healthcheck = { ...healthy(["CMD", "false"]), start_period: "60s" };
    const failure = await settleFailure({ command: ["sleep", "1000"], healthcheck }, { settle: 2 });
    expect(failure.code).toBe("SERVICE_NEVER_HEALTHY");
    expect(failure.found).toContain("after 2 s");
  });

  it("fails a health check that somebody waits for and that looks once in an hour", async () => {
    const db = {
      command: ["sleep", "1000"],
      healthcheck: healthy(["CMD", "true"]),
      facts: { health: { firstLook: 3600 } },
    };
    const web = { command: serve(80), depends_on: { db: { condition: "service_healthy" } } };
    await using waiting = await startRun(sketchRun({ web, db }));
    const failure = await failureOf(waiting.stack.settled());
    expect(failure).toMatchObject({ code: "SERVICE_NEVER_HEALTHY", at: "services.db.healthcheck.interval" });
    expect(failure.found).toBe("the health check of `db` first looks 3600 s after the start, and `web` waits for it");
    await using alone = await startRun(sketchRun({ db }));
    await alone.stack.settled();
  });

  it("sees through a restart policy", async () => {
    const failure = await settleFailure({ command: ["sh", "-c", "exit 5"], restart: "always" });
    expect(failure.code).toBe("SERVICE_RESTART_LOOP");
  });

  it.each([
    ["works until its end", "i=0; while [ $$i -lt 150000 ]; do i=$$((i+1)); done"],
    ["waits for something before its end", "sleep 0.4"],
  ])("does not take a job that is started again and again for a server: one that %s", async (_, job) => {
    const failure = await settleFailure({ command: ["sh", "-c", job], restart: "always" });
    expect(failure.code).toBe("SERVICE_RESTART_LOOP");
  });

  it("takes a service that crashed before what it needs was there for settled once it lasts", async () => {
    const once = "[ -e /tmp/there ] || { touch /tmp/there; sleep 0.4; exit 1; }; exec sleep 1000";
    await using test = await startRun(
      sketchRun({ app: { command: ["sh", "-c", once], restart: "on-failure", init: true } }),
    );
    await test.stack.settled();
    expect(await test.stack.service("app").inspect()).toMatchObject({ state: "running", restartCount: 1 });
  });

  it("blames the dependency, not who waits for it", async () => {
    await using test = await startRun(
      sketchRun({
        web: { command: serve(80), depends_on: { db: { condition: "service_healthy" } } },
        db: { command: ["sh", "-c", "exit 7"], healthcheck: healthy(["CMD", "true"]) },
      }),
    );
    const failure = await failureOf(test.stack.service("web").http({ path: "/", port: 80, from: "inside" }));
    expect(failure).toMatchObject({ code: "SERVICE_CRASHED", at: "services.db" });
  });
});
