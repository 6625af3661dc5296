import { faultError, LABELS, LabError } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { clearLabel, type Removed } from "./clear-label.ts";

export interface RemoveRunOptions {
  docker: Dockerode;
  runId: string;
  signal?: AbortSignal;
}

/** Milliseconds for which a resource that the engine refuses to remove is tried again. */
export const REMOVE_LIMIT = 5_000;

/**
 * Removes all that a run has on the engine (containers with their anonymous volumes, networks, volumes, images), found
 * by its label and compared exactly, until two looks find nothing. What resists is in `left`. Throws the fault
 * ENGINE_LOST when the engine stops answering.
 */
export async function removeRun({ docker, runId, signal }: RemoveRunOptions): Promise<Removed> {
  return guardEngine(() =>
    clearLabel({ docker, key: LABELS.run, value: runId, quiet: 0, limit: REMOVE_LIMIT, signal }),
  );
}

/** Runs a clean-up; gives whatever the engine's client throws the project's form. */
export async function guardEngine<T>(cleanUp: () => Promise<T>): Promise<T> {
  try {
    return await cleanUp();
  } catch (cause) {
    if (cause instanceof LabError || (cause instanceof Error && cause.name === "AbortError")) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw faultError("ENGINE_LOST", `The engine stopped answering during the clean-up: ${reason}`, {
      hint: "When the engine is back, `grader clean` removes what is left.",
      cause,
    });
  }
}
