import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { failureOf, healthy, remains, sketchRun, startRun } from "./stack-fixture.ts";

/** Writes 320 MiB to a file and would then become healthy. */
const writes = (file: string) => [
  "sh",
  "-c",
  `dd if=/dev/zero of=${file} bs=1M count=320 && sleep 8 && touch /done; sleep 60`,
];
const patient = { ...healthy(["CMD", "test", "-f", "/done"]), retries: 30 };

it("kills a container that fills its writable layer, and says so wherever it is asked for", async () => {
  const model = sketchRun({
    web: { command: writes("/big"), healthcheck: patient },
    other: { command: ["sleep", "60"] },
  });
  await using test = await startRun(model);
  const failure = await failureOf(test.stack.settled());
  expect(failure).toMatchObject({ code: "DISK_LIMIT", at: "services.web" });
  expect(failure.found).toMatch(/^`web` was killed: its writable layer holds \d+ MiB$/);
  expect(await failureOf(test.stack.service("web").listeners())).toMatchObject({ code: "DISK_LIMIT" });
  await test.stack.service("other").listeners();
  await test.run[Symbol.asyncDispose]();
  expect(await remains(test.engine, model)).toEqual([]);
});

it("kills those that use a volume that is too full", async () => {
  const volumes = [{ type: "volume" as const, source: "data", target: "/data" }];
  await using test = await startRun(
    sketchRun({ db: { command: writes("/data/big"), volumes, healthcheck: patient } }, { volumes: { data: {} } }),
  );
  expect((await failureOf(test.stack.settled())).found).toMatch(
    /^`db` was killed: the volume at \/data holds \d+ MiB$/,
  );
});

it("ends a build that writes more than it may", async () => {
  const context = await mkdtemp(join(tmpdir(), "engine-context-"));
  await writeFile(
    join(context, "Dockerfile"),
    "FROM busybox:1.37\nRUN dd if=/dev/zero of=/big bs=1M count=1500; sleep 20\n",
  );
  const model = sketchRun({ app: { build: { context } } }, { directory: context });
  {
    await using test = await startRun(model, { up: false });
    expect(await failureOf(test.image("app").built())).toMatchObject({
      code: "BUILD_DISK_FULL",
      at: "services.app.build",
    });
  }
  await rm(context, { recursive: true });
});

it("names the memory and the processes that a running service has run out of", async () => {
  const tooMany = "i=0; while [ $$i -lt 100 ]; do sleep 60 & i=$$((i+1)); done";
  await using test = await startRun(
    sketchRun({
      memory: { command: ["sh", "-c", "tail /dev/zero; sleep 60"], mem_limit: "32m", memswap_limit: "32m" },
      processes: { command: ["sh", "-c", `sh -c '${tooMany}'; exec sleep 60`], pids_limit: 20 },
      crashing: { command: ["sh", "-c", tooMany], pids_limit: 20 },
    }),
  );
  const memory = await failureOf(test.stack.service("memory").http({ path: "/", port: 80, from: "inside" }));
  expect(memory.code).toBe("NOTHING_LISTENS");
  expect(memory.found).toMatch(/; the kernel killed a process of `memory` at its memory limit of 32 MiB$/);
  const processes = await failureOf(test.stack.service("processes").http({ path: "/", port: 80, from: "inside" }));
  expect(processes.found).toMatch(/; `processes` has \d+ processes, and may have 20$/);
  const crashing = await failureOf(test.stack.service("crashing").listeners());
  expect(crashing).toMatchObject({ code: "SERVICE_CRASHED" });
  expect(crashing.hint).toBe("It wanted more processes than its limit of 20.");
});
