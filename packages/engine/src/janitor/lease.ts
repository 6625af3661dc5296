import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { faultError, LABELS } from "@compose-labs/lab";
import { recordDirectory, removeDirectory } from "./directory-record.ts";
import type { EngineAddress } from "./engine-address.ts";
import { writeLabels } from "./labels.ts";
import { type LeaseRecord, leasePath, removeLease, writeLease } from "./lease-file.ts";
import { leasesDirectory, makePrivateDirectory } from "./leases-directory.ts";
import { nameMachine } from "./machine.ts";
import { RUN_VARIABLE } from "./orphans.ts";
import { DEADLINE_MARGIN, isRunId } from "./owner.ts";
import { startOf } from "./process-table.ts";
import { startWatcher } from "./watch.ts";

export interface LeaseOptions {
  /** 12 hex digits. */
  runId: string;
  /** Milliseconds since the epoch after which the run is removed even if this process still lives. */
  deadline: number;
  /** The run's private folder; made if need be, removed with the lease. Default: `runs/<runId>` beside the leases. */
  directory?: string;
  /** The engine the run will use, if it is known already; else see `Lease.connected`. */
  docker?: EngineAddress;
  /** Default: this user's, below the temporary folder. */
  leases?: string;
}

/** A run's claim on what it is about to make. Disposing it ends the watcher and removes folder and lease file. */
export interface Lease extends AsyncDisposable {
  /** To be put on every container, network, volume and image of the run. */
  labels: Record<string, string>;
  /** To be given to every child process of the run, so that it is found when this process is gone. */
  environment: Record<string, string>;
  /** Absolute. */
  directory: string;
  /** Process id of the watcher. */
  watcher: number;
  /** To be awaited once the engine is known and before the first resource, unless `docker` was given. */
  connected(docker: EngineAddress): Promise<void>;
  /** Leaves everything of the run standing until then (milliseconds since the epoch; default: a day); ends the watcher. */
  keep(until?: number): Promise<void>;
}

const DAY = 86_400_000;

/**
 * To be awaited before the first resource of the run is made. Throws the faults LEASES_UNSAFE (the folder of leases
 * is open to others) and WATCHER_FAILED (nothing could be started that would clean up after this process).
 */
export async function openLease(options: LeaseOptions): Promise<Lease> {
  const { runId, deadline, docker, leases = leasesDirectory() } = options;
  if (!isRunId(runId)) throw new TypeError(`run id "${runId}" is not 12 hex digits`);
  const path = resolve(options.directory ?? join(dirname(leases), "runs", runId));
  await makePrivateDirectory(leases);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const [directory, boot, pidStart = ""] = await Promise.all([
    recordDirectory(path),
    nameMachine(),
    startOf(process.pid),
  ]);
  const owner = { pid: process.pid, pidStart, boot, deadline };
  let record: LeaseRecord = { schema: 1, runId, owner, directory, ...(docker !== undefined && { docker }) };
  await writeLease(leases, record);

  const order = { runId, key: LABELS.run, directory, lease: leasePath(leases, runId) };
  const watcher = await startWatcher(order, (deadline + DEADLINE_MARGIN - Date.now()) / 1_000).catch(async (cause) => {
    await removeLease(leases, runId);
    throw faultError("WATCHER_FAILED", `The process that cleans up after a killed grader did not start: ${cause}`, {
      hint: "Close programs or raise the limit on processes (ulimit -u), then try again.",
      cause,
    });
  });

  let open = true;
  return {
    labels: writeLabels(runId, owner),
    environment: { [RUN_VARIABLE]: runId },
    directory: path,
    watcher: watcher.pid,
    async connected(address) {
      record = { ...record, docker: address };
      await writeLease(leases, record);
    },
    async keep(until = Date.now() + DAY) {
      open = false;
      await writeLease(leases, { ...record, keptUntil: until });
      await watcher.dismiss();
    },
    async [Symbol.asyncDispose]() {
      if (!open) return;
      open = false;
      try {
        await removeDirectory(directory);
        await removeLease(leases, runId);
      } catch (cause) {
        throw faultError("TEMPORARY_LEFT", `The run's folder ${path} could not be removed: ${cause}`, {
          hint: `Remove it yourself: rm -r ${path}`,
          cause,
        });
      } finally {
        await watcher.dismiss();
      }
    },
  };
}
