import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { failureOf, remains, sketchRun, startRun } from "./stack-fixture.ts";

let context: string;
beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), "engine-build-"));
});
afterEach(() => rm(context, { recursive: true, force: true }));

async function startBuild(
  dockerfile: string,
  options: { buildTimeout?: number; up?: boolean; build?: { memory: string } } = {},
) {
  await writeFile(join(context, "Dockerfile"), dockerfile);
  const model = sketchRun({ app: { build: { context } } }, { directory: context, ...options });
  return Object.assign(await startRun(model, { up: options.up ?? false }), { model });
}

it("reads an image without starting it", async () => {
  await using test = await startBuild(
    `FROM busybox:1.37
ENV GREETING="hello there"
RUN mkdir -p /app/deep && echo one >/app/deep/one && ln -s /app/deep/one /app/link && chmod 4755 /app/deep/one
RUN rm /bin/vi || true
EXPOSE 8080
USER 1000:1000
WORKDIR /app
HEALTHCHECK CMD true
STOPSIGNAL SIGINT
CMD ["cat", "/app/link"]
`,
  );
  const image = test.image("app");
  await image.built();
  expect((await image.facts()).config).toMatchObject({
    user: "1000:1000",
    env: { GREETING: "hello there" },
    cmd: ["cat", "/app/link"],
    entrypoint: [],
    exposedPorts: ["8080/tcp"],
    workingDir: "/app",
    stopSignal: "SIGINT",
    healthcheck: ["CMD-SHELL", "true"],
  });
  expect((await image.list("/app")).map(({ path, type, mode }) => [path, type, mode.toString(8)])).toEqual([
    ["/app/deep", "directory", "755"],
    ["/app/deep/one", "file", "4755"],
    ["/app/link", "link", "777"],
  ]);
  expect((await image.read("/app/link"))?.toString()).toBe("one\n");
  expect(await image.read("/app/none")).toBeUndefined();
  expect(await image.read("/etc/passwd/none")).toBeUndefined();
  expect(await image.read("/app")).toBeUndefined();
  expect(await image.list("/none")).toEqual([]);
  expect((await image.history())[0]?.createdBy).toContain("CMD");
  expect(await image.run()).toMatchObject({ exitCode: 0, output: "one\n" });
  expect(
    await image.run({ arguments: ["sh", "-c", "echo $X; id -u; exit 4"], env: { X: "y" }, user: "7" }),
  ).toMatchObject({ exitCode: 4, output: "y\n7\n" });
  expect(await image.run({ arguments: ["sleep", "100"], timeout: 1 })).toMatchObject({ timedOut: true, exitCode: 137 });
  expect(await image.run({ arguments: ["no-such-program"] })).toMatchObject({ exitCode: 127 });
});

it("points at the Dockerfile line of a step that fails, with its last words", async () => {
  await using test = await startBuild(
    "FROM busybox:1.37\n# a comment\nRUN echo fine\nRUN echo doomed; \\\n    exit 3\n",
  );
  const failure = await failureOf(test.image("app").built());
  expect(failure).toMatchObject({
    code: "BUILD_FAILED",
    place: { file: "Dockerfile", line: 4 },
    log: expect.stringContaining("doomed"),
  });
  expect(failure.found).toContain("exit code: 3");
});

it("points at a line that is no instruction, and at a file that is not there", async () => {
  {
    await using test = await startBuild("FROM busybox:1.37\nRUNN echo\n");
    expect(await failureOf(test.image("app").built())).toMatchObject({ code: "BUILD_FAILED", place: { line: 2 } });
  }
  await using test = await startBuild("FROM busybox:1.37\nRUN true\nCOPY nothing /x\n");
  const failure = await failureOf(test.image("app").built());
  expect(failure).toMatchObject({ code: "BUILD_FAILED", place: { line: 3 } });
  expect(failure.found).toContain('"/nothing": not found');
});

it("ends a build that takes too long", async () => {
  await using test = await startBuild("FROM busybox:1.37\nRUN sleep 60\n", { buildTimeout: 2 });
  expect(await failureOf(test.image("app").built())).toMatchObject({ code: "BUILD_TIMEOUT", at: "services.app.build" });
});

it("bounds the memory and the processes of all steps, and says so", async () => {
  {
    await using test = await startBuild(
      "FROM busybox:1.37\nRUN true\nRUN dd if=/dev/zero of=/dev/null bs=300M count=1\n",
    );
    const failure = await failureOf(test.image("app").built());
    expect(failure).toMatchObject({ code: "BUILD_OUT_OF_MEMORY", place: { file: "Dockerfile", line: 3 } });
    expect(failure.found).toContain("killed at the build's limit of 64m memory");
    expect(await remains(test.engine, test.model)).toEqual([]);
  }
  await using test = await startBuild(
    "FROM busybox:1.37\nRUN i=0; while [ $i -lt 1500 ]; do sleep 20 & i=$((i+1)); done; echo all\n",
    { build: { memory: "512m" } },
  );
  const failure = await failureOf(test.image("app").built());
  expect(failure).toMatchObject({ code: "BUILD_FAILED", hint: "All steps together may have 1000 processes at once." });
});

it("ends the other builds when one fails, and tells that one", async () => {
  await writeFile(
    join(context, "Dockerfile"),
    "FROM busybox:1.37 AS bad\nRUN exit 7\nFROM busybox:1.37 AS slow\nRUN sleep 50\n",
  );
  const build = (target: string) => ({ build: { context, target } });
  await using test = await startRun(sketchRun({ slow: build("slow"), bad: build("bad") }, { directory: context }), {
    up: false,
  });
  const failure = await failureOf(test.image("slow").built());
  expect(failure).toMatchObject({ code: "BUILD_FAILED", at: "services.bad.build", place: { line: 2 } });
});

it("builds from an inline Dockerfile", async () => {
  const inline = { context, dockerfile_inline: 'FROM busybox:1.37\nCMD ["echo", "inline"]\n' };
  await using test = await startRun(sketchRun({ app: { build: inline } }, { directory: context }), { up: false });
  expect(await test.image("app").run()).toMatchObject({ output: "inline\n" });
});

it("calls a base image that cannot be had a fault", async () => {
  await using test = await startBuild("FROM compose-labs.invalid/none:1\n");
  await expect(test.image("app").built()).rejects.toMatchObject({ kind: "fault", code: "IMAGE_UNAVAILABLE" });
});

it("fails the stack with the build, also when nobody starts it", async () => {
  for (const up of [true, false]) {
    await using test = await startBuild("FROM busybox:1.37\nRUN exit 1\n", { up });
    await failureOf(test.run.build());
    expect(await failureOf(test.stack.settled())).toMatchObject({ code: "BUILD_FAILED" });
    expect(await failureOf(test.stack.service("app").listeners())).toMatchObject({ code: "BUILD_FAILED" });
  }
});

it("looks into an image that has nothing but its program", async () => {
  await using test = await startBuild(
    'FROM busybox:1.37 AS tools\nFROM scratch\nCOPY --from=tools /bin/busybox /sleep\nCMD ["/sleep", "1000"]\n',
    { up: true },
  );
  const app = test.stack.service("app");
  expect(await app.listeners()).toEqual([]);
  expect((await app.mainProcess()).command).toEqual(["/sleep", "1000"]);
  expect((await app.exec(["/nothing"])).exitCode).toBeGreaterThan(125);
  expect(await failureOf(app.execAll(["true"]))).toMatchObject({ code: "SHELL_MISSING" });
});
