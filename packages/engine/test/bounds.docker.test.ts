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
