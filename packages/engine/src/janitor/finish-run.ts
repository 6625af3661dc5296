import type Dockerode from "dockerode";
import { clearLabel, nothingRemoved, type Removed } from "./clear-label.ts";
import { type DirectoryRecord, removeDirectory } from "./directory-record.ts";
import { endOrphans } from "./orphans.ts";

export interface RunRemains {
  runId: string;
  /** The label key that carries the run's id. */
  key: string;
  directory?: DirectoryRecord | undefined;
}

export interface FinishOptions {
  /** Undefined for a run that never came to an engine. */
  docker: Dockerode | undefined;
  quiet: number;
  limit: number;
  signal?: AbortSignal | undefined;
}

/**
 * Ends a run in its owner's place: its children first, which would go on making things, then what it has on the
 * engine, then its folder (Compose reads files there until it is ended).
 */
export async function finishRun(run: RunRemains, options: FinishOptions): Promise<Removed> {
  const processes = new Set<number>();
  const eachPass = async () => {
    const ended = await endOrphans({ runId: run.runId, directory: run.directory?.path });
    for (const pid of ended) processes.add(pid);
  };
  const { docker } = options;
  if (docker === undefined) await eachPass();
  const removed =
    docker === undefined
      ? nothingRemoved()
      : await clearLabel({ ...options, docker, key: run.key, value: run.runId, eachPass });
  removed.processes.push(...processes);
  if (run.directory !== undefined) await dropDirectory(run.directory, removed);
  return removed;
}

async function dropDirectory(directory: DirectoryRecord, removed: Removed): Promise<void> {
  try {
    if (await removeDirectory(directory)) removed.directories.push(directory.path);
  } catch (error) {
    removed.left.push(`folder ${directory.path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
