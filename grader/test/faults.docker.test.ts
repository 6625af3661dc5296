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

/** Grades a small stack; `touch` is called as soon as the stack is up and a check looks at it, so many times. */
async function gradeWhile(
  touch: (project: string) => Promise<unknown>,
  { engine, times = 1 }: { engine?: SecondEngine; times?: number } = {},
): Promise<{ result: Result; exitCode: number | null }> {
  await using labs = await changedLab({ "checks.ts": CHECKS });
  await using folder = await submission({ "compose.yaml": COMPOSE });
  await using notes = await temporaryFolder();
  const trace = join(notes.path, "trace");
  await writeFile(trace, "");
  const run = startCli(["check", "01", folder.path, "--json"], {
    labs: labs.path,
    env: { DEMO_LAB_TRACE: trace, ...engine?.environment },
  });
  const host = engine === undefined ? [] : ["-H", engine.dockerHost];
  const filters = [`label=compose-labs.pid=${run.pid}`, "label=com.docker.compose.project"];
  for (let time = 1; time <= times; time++) {
    await vi.waitFor(async () => expect(await readFile(trace, "utf8")).toBe("settled".repeat(time)), {
      timeout: 30_000,
      interval: 20,
    });
    const { stdout } = await execute("docker", [
      ...[...host, "ps", ...filters.flatMap((filter) => ["--filter", filter])],
      ...["--format", '{{.Label "com.docker.compose.project"}}'],
    ]);
    await touch(stdout.trim());
  }
  const { stdout, exitCode } = await run.ended;
  return { result: readResult(stdout), exitCode };
}

const NO_VERDICT = { exitCode: 3, result: { verdict: "fault", score: null, fault: { hint: expect.any(String) } } };

describe("somebody else who touches the stack", () => {
  const disturbed = {
    code: "STACK_DISTURBED",
    message: "a container of `web` was stopped or killed by somebody else during the run",
  };

  it.each([
    ["removes a container", ["rm", "-f"]],
    ["kills a container", ["kill"]],
  ])("%s: the run is made once more, and the document says so", async (_, words) => {
    const graded = await gradeWhile((project) => execute("docker", [...words, `${project}-web-1`]));
    expect(graded).toMatchObject({ exitCode: 0, result: { verdict: "graded", score: 5, retriedAfter: disturbed } });
  });

  it("does it again: no student is charged for it", async () => {
    const graded = await gradeWhile((project) => execute("docker", ["rm", "-f", `${project}-web-1`]), { times: 2 });
    expect(graded).toMatchObject(NO_VERDICT);
    expect(graded.result).toMatchObject({ fault: disturbed, retriedAfter: disturbed });
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
    const graded = await gradeWhile(() => engine.end("SIGKILL"), { engine });
    expect(graded).toMatchObject(NO_VERDICT);
    expect(graded.result.fault).toMatchObject({ code: "ENGINE_GONE" });
    await engine.boot();
    await cleanUp(engine);
  });

  it("that is restarted in the middle is a fault", async () => {
    await using engine = await SecondEngine.start({ images: IMAGES });
    const restart = async () => {
      await engine.end("SIGTERM");
      await engine.boot();
    };
    const graded = await gradeWhile(restart, { engine });
    // It stops the containers first, so that the run may be tried again; the engine is gone by then, or comes back in time.
    const fault = graded.result.fault ?? graded.result.retriedAfter;
    expect(["ENGINE_GONE", "STACK_DISTURBED"]).toContain(fault?.code);
    expect(graded.result.checks.filter(({ outcome }) => outcome === "failed")).toEqual([]);
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
    expect(result).toMatchObject({
      fault: { code: "NETWORK_POOL_EXHAUSTED" },
      retriedAfter: { code: "NETWORK_POOL_EXHAUSTED" },
    });
  });

  it("whose disk is full is a fault", async () => {
    const result = await gradeOn({ images: IMAGES, disk: "64m" }, (engine) => engine.fillDisk());
    expect(result.fault).toMatchObject({ code: "DISK_FULL" });
  });
});
