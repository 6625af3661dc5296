import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LABELS } from "@compose-labs/lab";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressOf } from "../src/janitor/engine-address.ts";
import { isEmpty, takeInventory } from "../src/janitor/inventory.ts";
import { writeLabels } from "../src/janitor/labels.ts";
import { openLease } from "../src/janitor/lease.ts";
import { leasePath, removeLease } from "../src/janitor/lease-file.ts";
import { nameMachine } from "../src/janitor/machine.ts";
import { findOrphans } from "../src/janitor/orphans.ts";
import { listProcesses, startOf } from "../src/janitor/process-table.ts";
import { removeRun } from "../src/janitor/remove-run.ts";
import { sweep } from "../src/janitor/sweep.ts";

const GRADER = fileURLToPath(new URL("./fixtures/janitor-grader.ts", import.meta.url));
const SECOND = 1_000;
const docker = new Docker();
const { signal } = new AbortController();
let base: string;
let leases: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "janitor-docker-"));
  leases = join(base, "private", "leases");
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await sweepAll({ kept: true });
  await rm(base, { recursive: true, force: true });
});

interface Grader {
  runId: string;
  child: ChildProcess;
  directory: string;
  watcher: number;
  /** Resolves once everything of the run is there. */
  made: Promise<void>;
}

const newRunId = () => randomBytes(6).toString("hex");

async function startGrader(options: Record<string, unknown> = {}): Promise<Grader> {
  const runId = newRunId();
  const directory = join(base, `run-${runId}`);
  const deadline = Date.now() + 600 * SECOND;
  const told = { runId, directory, leases, deadline, docker: addressOf(docker), ...options };
  const child = spawn(process.execPath, [GRADER, JSON.stringify(told)], { stdio: ["ignore", "pipe", "ignore"] });
  children.add(child);
  const lines: AsyncIterator<string> = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  const leased = String((await lines.next()).value);
  const made = leased.includes("made") ? Promise.resolve() : lines.next().then(() => {});
  return { runId, child, directory, watcher: Number(/\d+/.exec(leased)?.[0]), made };
}

async function killGrader({ child }: Grader): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
const inventoryOf = (runId: string) => takeInventory(docker, LABELS.run, runId);
const sweepAll = (change: Partial<Parameters<typeof sweep>[0]> = {}) =>
  sweep({ docker, leasesDirectory: leases, signal, ...change });

/** The watcher's last act is to remove the lease file; whatever is still there then stays there. */
async function expectNothing(run: Grader): Promise<void> {
  await expect.poll(() => exists(leasePath(leases, run.runId)), { timeout: 60 * SECOND }).toBe(false);
  expect(isEmpty(await inventoryOf(run.runId))).toBe(true);
  expect(await exists(run.directory)).toBe(false);
  expect(await findOrphans(run)).toEqual([]);
}

describe("SIGKILL at a random moment", () => {
  test("leaves nothing of ours and all that is not ours", { timeout: 300 * SECOND }, async () => {
    await using living = await openLiving();
    await using volumes = await watchVolumes();
    await using stack = new AsyncDisposableStack();
    const decoys: Decoys[] = [];
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        [0, 1, 2, 3].map(async (index) => {
          const run = await startGrader({ compose: index === 0 });
          if (round === 0) decoys.push(stack.use(await makeDecoys(run.runId)));
          await sleep(randomInt(2_500));
          await killGrader(run);
          await expectNothing(run);
        }),
      );
    }
    expect(await volumes.left()).toEqual([]);
    for (const decoy of decoys) await decoy.expectThere();
    await living.expectThere();
  });
});

describe("without SIGKILL", () => {
  test("a grader that is told to stop by SIGTERM and dies of it leaves nothing", async () => {
    const run = await startGrader();
    await run.made;
    run.child.kill("SIGTERM");
    await expectNothing(run);
  });

  test("a disposed lease lets the watcher end and keeps its hands off", async () => {
    const run = await startGrader({ end: "dispose" });
    await once(run.child, "exit");
    await expect.poll(() => startOf(run.watcher)).toBeUndefined();
    expect(await exists(leasePath(leases, run.runId))).toBe(false);
    expect(await exists(run.directory)).toBe(false);
    // The owner's own part is to remove these before: the watcher was told that it had.
    expect(isEmpty(await inventoryOf(run.runId))).toBe(false);
    const removed = await removeRun({ docker, runId: run.runId });
    const name = `cl-${run.runId}`;
    expect(removed).toEqual({
      containers: [name],
      networks: [`${name}-net`],
      volumes: [`${name}-vol`],
      images: [`${name}-web:run`],
      processes: [],
      directories: [],
      left: [],
    });
    expect(isEmpty(await inventoryOf(run.runId))).toBe(true);
  });

  test("a deadline that has passed ends the run of an owner that hangs", async () => {
    // Its margin has passed as well, so that the timer has its shortest time, a second.
    const run = await startGrader({ deadline: Date.now() - 60 * SECOND });
    run.child.kill("SIGSTOP");
    await expect.poll(() => exists(run.directory), { timeout: 60 * SECOND }).toBe(false);
    expect(isEmpty(await inventoryOf(run.runId))).toBe(true);
    expect(await startOf(run.watcher)).toBeDefined();
    await killGrader(run);
    await expectNothing(run);
  });
});

describe("a sweep", () => {
  test("removes what a dead watcher left, and a dry run only says so", async () => {
    await using living = await openLiving();
    const run = await startGrader({ compose: true });
    await expect.poll(async () => (await inventoryOf(run.runId)).containers.length, { timeout: 60 * SECOND }).toBe(4);
    await expect.poll(async () => (await inventoryOf(run.runId)).images.length, { timeout: 60 * SECOND }).toBe(1);
    process.kill(run.watcher, "SIGKILL");
    await killGrader(run);

    const before = await inventoryOf(run.runId);
    const preview = await sweepAll({ dryRun: true });
    const found = preview.runs.find((it) => it.runId === run.runId);
    expect(found).toMatchObject({ reason: "dead", removed: { images: [`cl-${run.runId}-web:run`], left: [] } });
    expect(found?.removed.containers).toHaveLength(4);
    expect(found?.removed.processes.length).toBeGreaterThan(0);
    expect(found?.removed.directories).toEqual([run.directory]);
    expect(await inventoryOf(run.runId)).toEqual(before);
    expect(await exists(run.directory)).toBe(true);

    const report = await sweepAll();
    expect(report.live).toContain(living.runId);
    expect(report.runs.find((it) => it.runId === run.runId)?.removed.left).toEqual([]);
    await expectNothing(run);
    await living.expectThere();
    expect((await sweepAll()).runs.map((it) => it.runId)).not.toContain(run.runId);
  });

  test("ends the timer of a watcher that was killed", async () => {
    const run = await startGrader();
    process.kill(run.watcher, "SIGKILL");
    await killGrader(run);
    await sweepAll();
    await expectNothing(run);
    expect((await listProcesses()).filter((it) => it.group === run.watcher)).toEqual([]);
  });

  test("removes the folder of a run that never reached the engine", async () => {
    const run = await startGrader();
    process.kill(run.watcher, "SIGKILL");
    await killGrader(run);
    await removeRun({ docker, runId: run.runId });
    const report = await sweepAll();
    expect(report.runs.find((it) => it.runId === run.runId)?.removed.directories).toEqual([run.directory]);
    await expectNothing(run);
  });

  test("finds a run by its labels alone", async () => {
    const run = await startGrader();
    await run.made;
    process.kill(run.watcher, "SIGKILL");
    await killGrader(run);
    await removeLease(leases, run.runId);
    await sweepAll();
    expect(isEmpty(await inventoryOf(run.runId))).toBe(true);
  });

  test("leaves a kept run standing until it is asked for", async () => {
    const run = await startGrader({ end: "keep" });
    await once(run.child, "exit");
    expect((await sweepAll()).kept).toContain(run.runId);
    expect((await inventoryOf(run.runId)).containers).toHaveLength(1);
    const report = await sweepAll({ kept: true });
    expect(report.runs.find((it) => it.runId === run.runId)?.reason).toBe("kept");
    await expectNothing(run);
  });

  test("leaves alone what another machine owns, until its deadline", async () => {
    const runId = newRunId();
    const owner = { pid: 1, pidStart: "1", boot: `${await nameMachine()}-other`, deadline: Date.now() + 600 * SECOND };
    const volume = `cl-${runId}-far`;
    const make = (deadline: number) =>
      docker.createVolume({ Name: volume, Labels: writeLabels(runId, { ...owner, deadline }) });
    await make(owner.deadline);
    expect((await sweepAll()).live).toContain(runId);
    expect((await inventoryOf(runId)).volumes).toHaveLength(1);
    await docker.getVolume(volume).remove();
    await make(1);
    const swept = (await sweepAll()).runs.find((it) => it.runId === runId);
    expect(swept).toMatchObject({ reason: "overdue", removed: { volumes: [volume] } });
    expect(isEmpty(await inventoryOf(runId))).toBe(true);
  });

  test("says what it could not remove, and why", async () => {
    const runId = newRunId();
    const name = `cl-${runId}-busy`;
    await docker.createVolume({ Name: name, Labels: { [LABELS.run]: runId } });
    const foreign = await docker.createContainer({ Image: "busybox:1.37", HostConfig: { Binds: [`${name}:/d`] } });
    try {
      const { left, volumes } = await removeRun({ docker, runId });
      expect(volumes).toEqual([]);
      expect(left).toEqual([expect.stringContaining(`volume ${name}: remove ${name}: volume is in use`)]);
    } finally {
      await foreign.remove({ force: true });
    }
    expect((await removeRun({ docker, runId })).volumes).toEqual([name]);
  });

  test("is a fault when the engine does not answer", async () => {
    const gone = new Docker({ socketPath: join(base, "nobody.sock") });
    await expect(sweepAll({ docker: gone })).rejects.toMatchObject({ code: "ENGINE_LOST", kind: "fault" });
    await expect(removeRun({ docker: gone, runId: newRunId() })).rejects.toMatchObject({
      code: "ENGINE_LOST",
      hint: "When the engine is back, `grader clean` removes what is left.",
    });
  });

  test("stops when it is told to", async () => {
    const aborted = AbortSignal.abort();
    await using _ = await openLiving();
    await expect(sweepAll({ signal: aborted })).rejects.toMatchObject({ name: "AbortError" });
  });
});

/** A run of this process, which lives: a container, a volume, a folder. */
async function openLiving() {
  const runId = newRunId();
  const directory = join(base, `run-${runId}`);
  const lease = await openLease({
    runId,
    directory,
    leases,
    deadline: Date.now() + 600 * SECOND,
    docker: addressOf(docker),
  });
  await docker.createVolume({ Name: `cl-${runId}-vol`, Labels: lease.labels });
  await docker.createContainer({ name: `cl-${runId}`, Image: "busybox:1.37", Labels: lease.labels });
  return {
    runId,
    async expectThere() {
      expect(await inventoryOf(runId)).toMatchObject({ containers: [{}], volumes: [{}] });
      expect(await readdir(directory)).toEqual([]);
    },
    async [Symbol.asyncDispose]() {
      await removeRun({ docker, runId });
      await lease[Symbol.asyncDispose]();
    },
  };
}

type Decoys = Awaited<ReturnType<typeof makeDecoys>>;

/** What looks like a run's own and is not. */
async function makeDecoys(runId: string) {
  const owner = { pid: 1, pidStart: "1", boot: await nameMachine(), deadline: 1 };
  const labels = [
    {},
    { [LABELS.run]: `${runId}0` },
    { [LABELS.run]: runId.slice(1) },
    { [LABELS.run]: `${runId} ` },
    { ...writeLabels(runId, owner), [LABELS.run]: runId.toUpperCase() === runId ? "x" : runId.toUpperCase() },
    { "compose-labs.runner": runId },
    { run: runId, "com.docker.compose.project": `cl-${runId}` },
  ];
  const image = docker.getImage("busybox:1.37");
  await image.tag({ repo: `cl-${runId}-decoy`, tag: "run" });
  const made = await Promise.all(
    labels.flatMap((Labels, index) => [
      docker.createContainer({ name: `cl-${runId}-decoy-${index}`, Image: "busybox:1.37", Labels }),
      docker.createVolume({ Name: `cl-${runId}_decoy-${index}`, Labels }),
    ]),
  );
  const network = await docker.createNetwork({ Name: `cl-${runId}_decoy`, Labels: { [LABELS.run]: `${runId}-` } });
  const process = spawn("sh", ["-c", "read line", `cl-${runId}`, "-p", `cl-${runId}`]);
  children.add(process);
  return {
    async expectThere() {
      const names = (await docker.listContainers({ all: true, filters: { name: [`cl-${runId}-decoy-`] } })).length;
      expect(names).toBe(labels.length);
      const { Volumes } = await docker.listVolumes({ filters: { name: [`cl-${runId}_decoy-`] } });
      expect(Volumes).toHaveLength(labels.length);
      await network.inspect();
      await docker.getImage(`cl-${runId}-decoy:run`).inspect();
      expect(process.exitCode ?? process.signalCode).toBeNull();
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      for (let index = 0; index < labels.length; index += 1) {
        await docker.getContainer(`cl-${runId}-decoy-${index}`).remove({ force: true, v: true });
        await docker.getVolume(`cl-${runId}_decoy-${index}`).remove();
      }
      expect(made).toHaveLength(labels.length * 2);
      await network.remove();
      await docker.getImage(`cl-${runId}-decoy:run`).remove({ noprune: true });
    },
  };
}

/** Names of the anonymous volumes that containers of the janitor's fixtures mount: they carry no label to find them by. */
async function watchVolumes() {
  const owners = new Set<string>();
  const mounted = new Map<string, string>();
  const stream = await docker.getEvents({ filters: { type: ["container", "volume"], event: ["create", "mount"] } });
  stream.on("data", (chunk: Buffer) => {
    for (const line of String(chunk).split("\n").filter(Boolean)) {
      const { Type, Action, Actor } = JSON.parse(line);
      if (Type === "container" && Action === "create" && Actor.Attributes[LABELS.run]) owners.add(Actor.ID);
      if (Type === "volume" && Action === "mount") mounted.set(Actor.ID, Actor.Attributes.container);
    }
  });
  return {
    async left() {
      const ours = [...mounted].filter(([, container]) => owners.has(container)).map(([name]) => name);
      expect(ours.some((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
      const { Volumes } = await docker.listVolumes();
      return (Volumes ?? []).map((it) => it.Name).filter((name) => ours.includes(name));
    },
    [Symbol.asyncDispose]: async () => void ("destroy" in stream && (stream as { destroy(): void }).destroy()),
  };
}
