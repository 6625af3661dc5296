import { LABELS } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { nothingRemoved, type Removed } from "./clear-label.ts";
import { addressOf, connectAddress, sameAddress } from "./engine-address.ts";
import { finishRun } from "./finish-run.ts";
import { KINDS, takeInventory } from "./inventory.ts";
import { readLabels } from "./labels.ts";
import { type LeaseRecord, readLeases, removeHalves, removeLease } from "./lease-file.ts";
import { checkPrivate } from "./leases-directory.ts";
import { nameMachine } from "./machine.ts";
import { endWatchers, findOrphans } from "./orphans.ts";
import { judgeOwner, type Owner, type OwnerState } from "./owner.ts";
import { startOf } from "./process-table.ts";
import { guardEngine, REMOVE_LIMIT } from "./remove-run.ts";
import { WATCHER_SCRIPT } from "./watch.ts";

export interface SweepOptions {
  docker: Dockerode;
  leasesDirectory: string;
  /** Says what would be removed and touches nothing. */
  dryRun?: boolean;
  /** Also removes runs that were kept on purpose (`--keep`). */
  kept?: boolean;
  signal: AbortSignal;
}

export interface SweptRun {
  runId: string;
  /** Why it was (or would be) removed. */
  reason: "dead" | "overdue" | "kept";
  removed: Removed;
}

export interface SweepReport {
  runs: SweptRun[];
  /** Ids of runs that were left alone, because their owner lives or they are kept. */
  live: string[];
  kept: string[];
}

interface KnownRun {
  runId: string;
  owners: Owner[];
  lease: LeaseRecord | undefined;
}

/**
 * Removes what dead or overdue owners left: containers, networks, volumes, images, Compose children, folders. A run
 * of a living owner, a kept run, and anything without the grader's whole set of labels is left alone.
 * Throws the faults ENGINE_LOST and LEASES_UNSAFE.
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  return guardEngine(async () => {
    const { leasesDirectory: leases, signal } = options;
    const report: SweepReport = { runs: [], live: [], kept: [] };
    const here = { boot: await nameMachine(), now: Date.now(), startOf };
    for (const run of await findRuns(options)) {
      signal.throwIfAborted();
      const keptUntil = run.lease?.keptUntil;
      const state = await judgeRun(run, here);
      if (keptUntil !== undefined && keptUntil > here.now && options.kept !== true) report.kept.push(run.runId);
      else if (keptUntil !== undefined) report.runs.push(await sweepRun(run, "kept", options));
      else if (state === "alive") report.live.push(run.runId);
      else report.runs.push(await sweepRun(run, state, options));
    }
    if (options.dryRun !== true) await removeHalves(leases, here.now);
    return report;
  });
}

/** Every owner that is named on anything of the run must be gone. */
async function judgeRun(run: KnownRun, here: Parameters<typeof judgeOwner>[1]): Promise<OwnerState> {
  const states = await Promise.all(run.owners.map((owner) => judgeOwner(owner, here)));
  if (states.includes("alive")) return "alive";
  return states.includes("overdue") ? "overdue" : "dead";
}

async function findRuns({ docker, leasesDirectory: leases }: SweepOptions): Promise<KnownRun[]> {
  const runs = new Map<string, KnownRun>();
  const add = (runId: string, owner: Owner, lease?: LeaseRecord) => {
    const known = runs.get(runId) ?? { runId, owners: [], lease };
    known.owners.push(owner);
    runs.set(runId, known);
  };
  for (const lease of await trustedLeases(leases)) add(lease.runId, lease.owner, lease);
  const inventory = await takeInventory(docker, LABELS.run);
  for (const { labels } of KINDS.flatMap((kind) => inventory[kind])) {
    const read = readLabels(labels);
    if (read !== undefined) add(read.runId, read.owner);
  }
  return [...runs.values()];
}

async function trustedLeases(leases: string): Promise<LeaseRecord[]> {
  const found = await readLeases(leases);
  if (found.length > 0) await checkPrivate(leases);
  return found;
}

async function sweepRun(run: KnownRun, reason: SweptRun["reason"], options: SweepOptions): Promise<SweptRun> {
  const { runId, lease } = run;
  if (options.dryRun === true) return { runId, reason, removed: await previewRun(run, options) };
  const docker = await findEngine(run, options.docker);
  const remains = { runId, key: LABELS.run, directory: lease?.directory };
  const removed = await finishRun(remains, { docker, quiet: 0, limit: REMOVE_LIMIT, signal: options.signal });
  // The watcher of an owner that hangs goes on waiting for its end.
  if (reason !== "overdue") await endWatchers(runId, WATCHER_SCRIPT);
  if (removed.left.length === 0) await removeLease(options.leasesDirectory, runId);
  return { runId, reason, removed };
}

/** The engine the run was on: its user may have switched to another since. */
async function findEngine({ lease }: KnownRun, docker: Dockerode): Promise<Dockerode> {
  if (lease?.docker === undefined || sameAddress(lease.docker, addressOf(docker))) return docker;
  return connectAddress(lease.docker);
}

async function previewRun({ runId, lease }: KnownRun, { docker }: SweepOptions): Promise<Removed> {
  const found = await takeInventory(docker, LABELS.run, runId);
  const preview = nothingRemoved();
  for (const kind of KINDS) preview[kind].push(...found[kind].map((it) => it.name));
  preview.processes.push(...(await findOrphans({ runId, directory: lease?.directory.path })));
  if (lease !== undefined) preview.directories.push(lease.directory.path);
  return preview;
}
