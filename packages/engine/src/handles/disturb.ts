import type { StopFacts, UpReport } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import type { Observed } from "../stack/watch.ts";
import { findContainer, type Subject } from "./running.ts";

async function chosen(run: RunContext, subject: Subject): Promise<Observed[]> {
  if (subject.replica !== undefined) return [await findContainer(run, subject)];
  await findContainer(run, subject); // fails where there is none
  return run.containersOf(subject.service);
}

/** `docker stop` with the student's own grace period and signal; the first container's end is told. */
export async function stopService(run: RunContext, subject: Subject): Promise<StopFacts> {
  const containers = await chosen(run, subject);
  if (subject.replica === undefined) run.stopped.add(subject.service);
  const stop = async ({ id }: Observed) => {
    const container = run.docker.getContainer(id);
    const started = performance.now();
    await container.stop().catch(allowNotModified);
    const ms = Math.round(performance.now() - started);
    return { exitCode: (await container.inspect()).State.ExitCode, ms };
  };
  const ends = await run.act(() => Promise.all(containers.map(stop)));
  return ends[0] ?? { exitCode: 0, ms: 0 };
}

/** Starts what was stopped and waits until it is settled. */
export async function startService(run: RunContext, subject: Subject, signal: AbortSignal): Promise<void> {
  const containers = await chosen(run, subject);
  run.stopped.delete(subject.service);
  await Promise.all(containers.map(({ id }) => run.docker.getContainer(id).start().catch(allowNotModified)));
  await run.settleAgain([subject.service], signal);
}

/** `docker restart`: the container and its writable layer stay. */
export async function restartService(run: RunContext, subject: Subject, signal: AbortSignal): Promise<void> {
  const containers = await chosen(run, subject);
  run.stopped.delete(subject.service);
  await run.act(() => Promise.all(containers.map(({ id }) => run.docker.getContainer(id).restart())));
  await run.settleAgain([subject.service], signal);
}

/** 304: it was stopped or started already. */
function allowNotModified(error: unknown): void {
  if (!(error instanceof Error && "statusCode" in error && error.statusCode === 304)) throw error;
}

/**
 * Stops the containers as Compose would, removes them with their anonymous volumes, and lets Compose make new ones:
 * `up --force-recreate` alone would carry anonymous volumes over.
 */
export async function recreateService(run: RunContext, { service }: Subject, signal: AbortSignal): Promise<void> {
  const containers = await chosen(run, { service, replica: undefined });
  const replace = async ({ id }: Observed) => {
    const container = run.docker.getContainer(id);
    await run.probes.close(id);
    await container.stop().catch(allowNotModified);
    await container.remove({ v: true, force: true });
  };
  await run.act(() => Promise.all(containers.map(replace)));
  run.stopped.delete(service);
  await scaleTo(
    run,
    service,
    Math.max(1, run.replicas.get(service) ?? run.runModel.services[service]?.replicas ?? 1),
    signal,
  );
}

export async function scaleService(
  run: RunContext,
  { service }: Subject,
  replicas: number,
  signal: AbortSignal,
): Promise<void> {
  run.replicas.set(service, replicas);
  await scaleTo(run, service, replicas, signal);
}

async function scaleTo(run: RunContext, service: string, replicas: number, signal: AbortSignal): Promise<void> {
  const args = ["up", "-d", "--no-build", "--no-deps", "--no-recreate", "--scale", `${service}=${replicas}`, service];
  await droppingVolumes(run, () => run.composeUp(args, [service], signal));
}

/** `docker compose down` without the file: by label alone it also takes what only services of profiles use. */
export async function downStack(run: RunContext, volumes: boolean, signal: AbortSignal): Promise<void> {
  await run.probes.close();
  await droppingVolumes(run, async () => {
    const result = await run.compose(["down", "--remove-orphans", ...(volumes ? ["-v"] : [])], {
      signal,
      fileless: true,
    });
    if (result.exitCode !== 0) throw run.upFailure(result);
  });
}

/**
 * Compose leaves the anonymous volumes of the containers it removes, which no container will ever use again and no
 * label tells apart: they go too.
 */
async function droppingVolumes(run: RunContext, work: () => Promise<void>): Promise<void> {
  const before = await anonymousVolumes(run);
  await work();
  if (before.length === 0) return;
  const after = await anonymousVolumes(run);
  const dropped = before.filter((name) => !after.includes(name));
  await Promise.all(dropped.map((name) => run.docker.getVolume(name).remove().catch(allowMissing)));
}

/** Those of the project's containers with a name that the engine gave: 64 hex digits. */
async function anonymousVolumes(run: RunContext): Promise<string[]> {
  const containers = await run.docker.listContainers({
    all: true,
    filters: { label: [`com.docker.compose.project=${run.runModel.project}`] },
  });
  const names = containers.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name ?? ""));
  return [...new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)))];
}

/** 404: `down -v` removed it already. */
function allowMissing(error: unknown): void {
  if (!(error instanceof Error && "statusCode" in error && error.statusCode === 404)) throw error;
}

/** `docker compose up -d` once more, waiting until all is settled. */
export async function upAgain(run: RunContext, signal: AbortSignal): Promise<UpReport> {
  const before = await run.watch.look();
  const scales = [...run.replicas].flatMap(([service, count]) => ["--scale", `${service}=${count}`]);
  run.stopped.clear();
  await run.composeUp(["up", "-d", "--no-build", "--remove-orphans", ...scales], [...run.active], signal);
  return compareContainers(before, await run.watch.look());
}

export function compareContainers(
  before: readonly { service: string; id: string }[],
  after: readonly { service: string; id: string }[],
): UpReport {
  const report: UpReport = { created: [], recreated: [], unchanged: [] };
  for (const service of new Set(after.map((container) => container.service))) {
    const old = before.filter((container) => container.service === service).map(({ id }) => id);
    const now = after.filter((container) => container.service === service).map(({ id }) => id);
    const kind = old.length === 0 ? "created" : old.every((id) => now.includes(id)) ? "unchanged" : "recreated";
    report[kind].push(service);
  }
  return report;
}
