import { once } from "node:events";
import { watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine, type Engine } from "@compose-labs/engine";
import { leasesDirectory, userDirectory } from "@compose-labs/engine/before-start";
import { LABELS } from "@compose-labs/lab";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  type CliOptions,
  type CliProcess,
  DEMO_LAB,
  readResult,
  runCli,
  startCli,
  submission,
  temporaryFolder,
} from "./run-cli.ts";

const REFERENCE = join(DEMO_LAB, "reference");
let engine: Engine;
beforeAll(async () => {
  engine = await connectEngine({ environment: process.env, signal: new AbortController().signal });
});

/** Everything that says it belongs to the grader of this process id: on the engine, and its leases. */
async function remainsOf(pid: number): Promise<string[]> {
  const filters = JSON.stringify({ label: [`${LABELS.pid}=${pid}`] });
  const { docker } = engine;
  const [containers, networks, volumes, images, leases] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters }),
    leasesOf(pid),
  ]);
  return [
    ...containers.map(({ Names }) => Names.join()),
    ...networks.map(({ Name }) => Name),
    ...(volumes.Volumes ?? []).map(({ Name }) => Name),
    ...images.map(({ Id }) => Id),
    ...leases,
  ];
}

/** Names of lease files and run folders. */
async function leasesOf(pid: number): Promise<string[]> {
  const folder = leasesDirectory(tmpdir());
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), "utf8").catch(() => "{}");
      return JSON.parse(text).owner?.pid === pid ? [name] : [];
    }),
  );
  return found.flat();
}

interface Traced extends AsyncDisposable {
  run: CliProcess;
  /** The check of this id has begun. */
  begun(check: string): Promise<void>;
}

/** A grader whose checks write down that they begin. */
async function startTraced(args: string[], options: CliOptions = {}): Promise<Traced> {
  const folder = await temporaryFolder();
  const trace = join(folder.path, "trace");
  const run = startCli(args, { ...options, env: { ...options.env, DEMO_LAB_TRACE: trace } });
  return {
    run,
    async begun(check) {
      using watcher = disposable(watch(folder.path));
      for (;;) {
        const changed = once(watcher.value, "change");
        const text = await readFile(trace, "utf8").catch(() => "");
        if (text.split("\n").includes(check)) return;
        await changed;
      }
    },
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

function disposable<T extends { close(): void }>(value: T): { value: T } & Disposable {
  return { value, [Symbol.dispose]: () => value.close() };
}

/** The first container of this grader's stack has started. */
async function containerStarted({ pid }: CliProcess): Promise<void> {
  const stream = (await engine.docker.getEvents({
    since: 1,
    filters: { type: ["container"], event: ["start"], label: [`${LABELS.pid}=${pid}`, "com.docker.compose.project"] },
  })) as Readable;
  await once(stream, "data");
  stream.destroy();
}

const ENDLESS_BUILD = { Dockerfile: "FROM busybox:1.37\nRUN sleep 300\n" };
const NEVER_HEALTHY = {
  "compose.yaml":
    "services:\n  web:\n    build: .\n    healthcheck: { test: [CMD, 'false'], interval: 60s, start_period: 60s }\n",
};

describe("Ctrl-C and SIGTERM", () => {
  it.for(["SIGINT", "SIGTERM"] as const)(
    "%s in a build: a valid document, a fault, and nothing left",
    async (signal) => {
      await using folder = await submission(ENDLESS_BUILD);
      await using traced = await startTraced(["check", "01", folder.path, "--json"]);
      await traced.begun("settled");
      traced.run.kill(signal);
      const { stdout, stderr, exitCode } = await traced.run.ended;
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 3 });
      expect(readResult(stdout)).toMatchObject({
        verdict: "fault",
        partial: true,
        score: null,
        fault: {
          code: "INTERRUPTED",
          message: `the run was interrupted by ${signal}`,
          hint: "Run it again; nothing was left behind and no points are lost.",
        },
      });
      expect(await remainsOf(traced.run.pid)).toEqual([]);
    },
  );

  it("as soon as it runs, and while the submission is read", async () => {
    await using traced = await startTraced(["check", "01", REFERENCE, "--json"]);
    await vi.waitFor(async () => expect(await leasesOf(traced.run.pid)).toHaveLength(1), {
      timeout: 30_000,
      interval: 5,
    });
    traced.run.kill("SIGINT");
    const { stdout, exitCode } = await traced.run.ended;
    expect(exitCode).toBe(3);
    expect(readResult(stdout)).toMatchObject({ verdict: "fault", score: null, fault: { code: "INTERRUPTED" } });
    expect(await remainsOf(traced.run.pid)).toEqual([]);
  });

  it("while the stack starts, told to a reader", async () => {
    await using folder = await submission(NEVER_HEALTHY);
    const run = startCli(["check", "01", folder.path]);
    await containerStarted(run);
    // A container, a network, an image and a lease at least: what is looked for below can be found.
    expect((await remainsOf(run.pid)).length).toBeGreaterThanOrEqual(4);
    run.kill("SIGINT");
    const { stdout, exitCode } = await run.ended;
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/FAULT {2}INTERRUPTED/);
    expect(stdout).toMatch(/No score, and no points lost/);
    expect(await remainsOf(run.pid)).toEqual([]);
  });

  it("while a check disturbs a stack that was to be kept", async () => {
    await using traced = await startTraced(["check", "01", REFERENCE, "--json", "--keep"]);
    await traced.begun("comes-back");
    traced.run.kill("SIGTERM");
    const { stdout, exitCode } = await traced.run.ended;
    expect(exitCode).toBe(3);
    const result = readResult(stdout);
    expect(result).toMatchObject({ verdict: "fault", partial: true, score: null });
    expect(result.checks.slice(0, 4).map(({ outcome }) => outcome)).toEqual(["passed", "passed", "passed", "passed"]);
    expect(await remainsOf(traced.run.pid)).toEqual([]);
  });

  it("once the verdict is on the screen: it stands, and nothing is left", async () => {
    const run = startCli(["check", "01", REFERENCE, "--json"]);
    await run.output;
    run.kill("SIGINT");
    const { stdout, exitCode } = await run.ended;
    expect(readResult(stdout)).toMatchObject({ verdict: "graded", score: 40 });
    expect(exitCode).toBe(0);
    expect(await remainsOf(run.pid)).toEqual([]);
  });

  it("twice means at once: what is left is the watcher's to remove", async () => {
    await using folder = await submission(ENDLESS_BUILD);
    await using traced = await startTraced(["check", "01", folder.path]);
    await traced.begun("settled");
    traced.run.kill("SIGINT");
    traced.run.kill("SIGTERM");
    expect((await traced.run.ended).exitCode).toBe(3);
    await nothingLeft(traced.run.pid);
  });

  it("ends a proof with all its stacks", async () => {
    await using traced = await startTraced(["verify", "--jobs", "2"]);
    await traced.begun("comes-back");
    traced.run.kill("SIGINT");
    const { stdout, stderr, exitCode } = await traced.run.ended;
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 3 });
    expect(stderr).toMatch(/^grader: the run was interrupted by SIGINT \[INTERRUPTED\]$/m);
    expect(await remainsOf(traced.run.pid)).toEqual([]);
  });
});

/** The bound that the project sets itself. */
async function nothingLeft(pid: number): Promise<void> {
  await vi.waitFor(async () => expect(await remainsOf(pid)).toEqual([]), { timeout: 10_000, interval: 100 });
}

describe("SIGKILL", () => {
  it("while the image is built", async () => {
    await using folder = await submission(ENDLESS_BUILD);
    await using traced = await startTraced(["check", "01", folder.path]);
    await traced.begun("settled");
    traced.run.kill("SIGKILL");
    expect((await traced.run.ended).exitCode).toBeNull();
    await nothingLeft(traced.run.pid);
  });

  it("while the stack starts, is tried and is taken down", async () => {
    const moments: ((traced: Traced) => Promise<void>)[] = [
      ({ run }) => containerStarted(run),
      (traced) => traced.begun("page-served"),
      (traced) => traced.begun("comes-back"),
      ({ run }) => run.output,
    ];
    await Promise.all(
      moments.map(async (moment) => {
        await using traced = await startTraced(["check", "01", REFERENCE]);
        await moment(traced);
        traced.run.kill("SIGKILL");
        await traced.run.ended;
        await nothingLeft(traced.run.pid);
      }),
    );
  });

  it("as 60 gradings end by every signal at every moment, eight at once: nothing is left, and no decoy is touched", async () => {
    await using decoys = await makeDecoys();
    const signals = ["SIGKILL", "SIGTERM", "SIGINT"] as const;
    // Spread over all that a grading does, the take-down and the time after it included.
    const kills = Array.from({ length: 60 }, (_, index) => ({
      signal: signals[index % signals.length] ?? "SIGKILL",
      moment: (index / 60) * 12_000,
    }));
    const runIds = new Set<string>();
    const pids = new Set<number>();
    const killOne = async ({ signal, moment }: (typeof kills)[number]) => {
      const run = startCli(["check", "01", REFERENCE]);
      pids.add(run.pid);
      const ended = new AbortController();
      const over = run.ended.then(() => ended.abort());
      await sleep(moment, undefined, { signal: ended.signal }).catch(() => undefined);
      for (const name of await leasesOf(run.pid)) runIds.add(basename(name, ".json"));
      run.kill(signal);
      await over;
      await nothingLeft(run.pid).catch((cause: unknown) => {
        throw new Error(`${signal} ${Math.round(moment)} ms after its start`, { cause });
      });
    };
    const lanes = Array.from({ length: 8 }, async () => {
      for (let next = kills.shift(); next !== undefined; next = kills.shift()) await killOne(next);
    });
    await Promise.all(lanes);
    expect(runIds.size).toBeGreaterThan(20);
    await vi.waitFor(async () => expect(await processesOf(runIds)).toEqual([]), { timeout: 10_000, interval: 100 });
    expect(await decoys.missing()).toEqual([]);
    // A killed process cannot remove what it laid out before its run began: the next one does, as it starts.
    expect((await runCli(["doctor"])).exitCode).toBe(0);
    const laidOut = await readdir(userDirectory(), { recursive: true });
    expect(laidOut.filter((path) => pids.has(Number(/\bown-(\d+)-/.exec(path)?.[1])))).toEqual([]);
  }, 300_000);
});

/** Command lines that name one of these runs. */
async function processesOf(runIds: ReadonlySet<string>): Promise<string[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ")),
  );
  return lines.filter((line) => [...runIds].some((id) => line.includes(id)));
}

interface Decoys extends AsyncDisposable {
  /** What is not there any more. */
  missing(): Promise<string[]>;
}

/** Resources of somebody else that look like ours: similar names, our Compose labels, labels below our prefix. */
async function makeDecoys(): Promise<Decoys> {
  const { docker } = engine;
  const name = "cl-0123456789ab";
  const Labels = { "com.docker.compose.project": name, "compose-labs.note": "not a run", "other.run": name };
  const container = await docker.createContainer({ name: `${name}-web-1`, Image: "busybox:1.37", Labels });
  const network = await docker.createNetwork({ Name: `${name}_default`, Internal: true, Labels });
  await docker.createVolume({ Name: `${name}_data`, Labels });
  const volume = docker.getVolume(`${name}_data`);
  await docker.getImage("busybox:1.37").tag({ repo: `${name}-web`, tag: "run" });
  const image = docker.getImage(`${name}-web:run`);
  const all = { container, network, volume, image };
  return {
    async missing() {
      const states = await Promise.allSettled(Object.values(all).map((decoy) => decoy.inspect()));
      return Object.keys(all).filter((_, index) => states[index]?.status !== "fulfilled");
    },
    async [Symbol.asyncDispose]() {
      await container.remove({ force: true });
      await Promise.all([network.remove(), volume.remove(), image.remove()]);
    },
  };
}

describe("what a dead run left", () => {
  it("is swept by the next check, and what another program labelled is not", async () => {
    await using traced = await startTraced(["check", "01", REFERENCE]);
    await traced.begun("page-served");
    const { docker } = engine;
    const filters = JSON.stringify({ label: [`${LABELS.pid}=${traced.run.pid}`] });
    const [own] = await docker.listContainers({ filters });
    await traced.run.ended;
    // As if grader and watcher had both been killed: a container with a dead owner's labels.
    const orphan = await docker.createContainer({ Image: "busybox:1.37", Labels: own?.Labels ?? {} });
    const { [LABELS.run]: _, ...others } = own?.Labels ?? {};
    const foreign = await docker.createContainer({ Image: "busybox:1.37", Labels: others });
    try {
      const next = startCli(["check", "01", REFERENCE]);
      expect((await next.ended).exitCode).toBe(0);
      await expect(orphan.inspect()).rejects.toMatchObject({ statusCode: 404 });
      expect((await foreign.inspect()).Id).toBe(foreign.id);
    } finally {
      await foreign.remove({ force: true });
      await orphan.remove({ force: true }).catch(() => undefined);
    }
  });
});
