import { basename } from "node:path";
import { isInside } from "./paths.ts";
import { listProcesses, type ProcessEntry } from "./process-table.ts";

/** Set for every child of a run, so that its children are known for its own whatever their arguments are. */
export const RUN_VARIABLE = "COMPOSE_LABS_RUN";

const TOOLS = new Set(["docker", "docker-compose", "docker-buildx", "podman", "podman-compose", "com.docker.cli"]);

/**
 * Whether the process is a child that a run's grader started: it carries the run's variable, works in the run's
 * private folder (TMPDIR, DOCKER_CONFIG), or is a Compose call on exactly the run's project. A process that only
 * mentions the run (an editor, `docker logs`) is not.
 */
export function belongsToRun(entry: ProcessEntry, run: { runId: string; directory?: string | undefined }): boolean {
  const { environment } = entry;
  if (environment.includes(`${RUN_VARIABLE}=${run.runId}`)) return true;
  const { directory } = run;
  if (directory !== undefined) {
    const folders = environment
      .filter((it) => /^(TMPDIR|DOCKER_CONFIG)=/.test(it))
      .map((it) => it.replace(/^\w+=/, ""));
    if (folders.some((folder) => isInside(folder, directory))) return true;
  }
  return TOOLS.has(basename(entry.arguments[0] ?? "")) && namesProject(entry.arguments, `cl-${run.runId}`);
}

function namesProject(words: string[], project: string): boolean {
  return words.some(
    (word, index) =>
      word === `--project-name=${project}` ||
      word === `-p${project}` ||
      (word === project && /^(-p|--project-name)$/.test(words[index - 1] ?? "")),
  );
}

/** Ends the run's children by their ids, never this process; returns the ids. */
export async function endOrphans(run: { runId: string; directory?: string | undefined }): Promise<number[]> {
  const found = await findOrphans(run);
  return found.filter((pid) => end(pid));
}

export async function findOrphans(run: { runId: string; directory?: string | undefined }): Promise<number[]> {
  const entries = await listProcesses();
  const spared = new Set([process.pid, process.ppid]);
  return entries.filter((it) => !spared.has(it.pid) && belongsToRun(it, run)).map((it) => it.pid);
}

/**
 * Ends what a run's watcher left: a watcher that was killed by itself leaves its timer, which would only find
 * nothing at the deadline. The group is the watcher's own, so nothing else is in it.
 */
export async function endWatchers(runId: string, script: string): Promise<void> {
  const entries = await listProcesses();
  const groups = entries.filter((it) => isWatcher(it, runId, script)).map((it) => it.group);
  for (const group of new Set(groups)) if (group > 1) end(-group);
}

export function isWatcher(entry: ProcessEntry, runId: string, script: string): boolean {
  return entry.arguments.includes(script) && entry.arguments.join(" ").includes(`"runId":"${runId}"`);
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // Ended by itself, or another user's.
    return false;
  }
}
