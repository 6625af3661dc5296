import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Result } from "@compose-labs/lab";
import { describe, expect, it, vi } from "vitest";
import { changedLab, readResult, startCli, submission, temporaryFolder } from "./run-cli.ts";
import { canRunEngine, type EngineSettings, SecondEngine } from "./second-engine.ts";

const execute = promisify(execFile);

/** Looks at the stack for some seconds, after it has told the test that it does. */
const CHECKS = `
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { defineChecks } from "@compose-labs/lab";
export default defineChecks(({ check }) => {
  check("stays", { title: "web stays up", points: 5, at: "services.web", timeout: 60 }, async ({ stack, signal }) => {
    await stack.settled();
    appendFileSync(process.env["DEMO_LAB_TRACE"] ?? "/dev/null", "settled");
    for (let times = 0; times < 60; times++) {
      await stack.service("web").listeners();
      await setTimeout(100, undefined, { signal });
    }
  });
});
`;
const COMPOSE = "services:\n  web:\n    image: busybox:1.37\n    command: httpd -f -p 8080\n";

/** Grades a small stack on the engine; `touch` is called as soon as the stack is up and a check looks at it. */
async function gradeWhile(
  engine: SecondEngine | undefined,
  touch: (project: string) => Promise<unknown>,
): Promise<Result> {
  await using labs = await changedLab({ "checks.ts": CHECKS });
  await using folder = await submission({ "compose.yaml": COMPOSE });
  await using notes = await temporaryFolder();
  const trace = join(notes.path, "trace");
  await writeFile(trace, "");
  const run = startCli(["check", "01", folder.path, "--json"], {
    labs: labs.path,
    env: { DEMO_LAB_TRACE: trace, ...engine?.environment },
  });
  await vi.waitFor(async () => expect(await readFile(trace, "utf8")).toBe("settled"), {
    timeout: 30_000,
    interval: 20,
  });
  const host = engine === undefined ? [] : ["-H", engine.dockerHost];
  const { stdout } = await execute("docker", [
    ...[...host, "ps", "--filter", `label=compose-labs.pid=${run.pid}`, "--filter", "label=com.docker.compose.project"],
    ...["--format", '{{.Label "com.docker.compose.project"}}'],
  ]);
  await touch(stdout.trim());
  const { exitCode, ...said } = await run.ended;
  expect(exitCode).toBe(3);
  const result = readResult(said.stdout);
  expect(result).toMatchObject({ verdict: "fault", score: null });
  expect(result.fault?.hint).toBeTruthy();
  return result;
}

describe("somebody else who touches the stack", () => {
  it.each([
    ["removes a container", ["rm", "-f"], "a container of `web` was stopped or killed by somebody else during the run"],
    ["kills a container", ["kill"], "a container of `web` was stopped or killed by somebody else during the run"],
  ])("%s: no student is charged for it", async (_, words, message) => {
    const result = await gradeWhile(undefined, (project) => execute("docker", [...words, `${project}-web-1`]));
    expect(result.fault).toMatchObject({ code: "STACK_DISTURBED", message });
  });
});

describe.runIf(canRunEngine)("an engine", () => {
  const IMAGES = ["busybox:1.37"];

  async function gradeOn(settings: EngineSettings, hurt: (engine: SecondEngine) => Promise<unknown>): Promise<Result> {
    await using engine = await SecondEngine.start(settings);
    await hurt(engine);
    await using folder = await submission();
    const run = startCli(["check", "01", folder.path, "--json"], { env: engine.environment });
    const { stdout, exitCode } = await run.ended;
    expect(exitCode).toBe(3);
    const result = readResult(stdout);
    expect(result).toMatchObject({ verdict: "fault", score: null });
    expect(result.checks.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    return result;
  }

  async function cleanUp(engine: SecondEngine): Promise<void> {
    const cleaned = await startCli(["clean"], { env: engine.environment }).ended;
    expect(cleaned.exitCode).toBe(0);
    expect(await engine.docker("ps", "-aq", "--filter", "label=compose-labs.run")).toBe("");
    expect(await engine.docker("network", "ls", "-q", "--filter", "label=compose-labs.run")).toBe("");
  }

  it("that is killed in the middle is a fault, and what was left is removed when it is back", async () => {
    await using engine = await SecondEngine.start({ images: IMAGES });
    const result = await gradeWhile(engine, () => engine.end("SIGKILL"));
    expect(result.fault).toMatchObject({ code: "ENGINE_GONE" });
    await engine.boot();
    await cleanUp(engine);
  });

  it("that is restarted in the middle is a fault", async () => {
    await using engine = await SecondEngine.start({ images: IMAGES });
    const result = await gradeWhile(engine, async () => {
      await engine.end("SIGTERM");
      await engine.boot();
    });
    expect(["ENGINE_GONE", "STACK_DISTURBED"]).toContain(result.fault?.code);
    await cleanUp(engine);
  });

  it("without the lab's images is a fault that says how to get them", async () => {
    const result = await gradeOn({ images: [] }, async () => {});
    expect(result.fault?.hint).toContain("grader images");
  });

  it("that has no address left for a network is a fault", async () => {
    const result = await gradeOn({ images: IMAGES, networks: 1 }, (engine) =>
      engine.docker("network", "create", "other"),
    );
    expect(result.fault).toMatchObject({ code: "NETWORK_POOL_EXHAUSTED" });
  });

  it("whose disk is full is a fault", async () => {
    const result = await gradeOn({ images: IMAGES, disk: "64m" }, (engine) => engine.fillDisk());
    expect(result.fault).toMatchObject({ code: "DISK_FULL" });
  });
});
