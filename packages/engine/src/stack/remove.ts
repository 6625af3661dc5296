import { faultError } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { clearLabel } from "../janitor/clear-label.ts";

/** Milliseconds for which the engine may resist, or go on making what was asked for before an interruption. */
const LIMIT = 5_000;
const QUIET = 300;

/**
 * Removes everything that carries exactly `key=value`, anonymous volumes with their containers. Throws the fault
 * `CLEANUP_FAILED` that names what the engine keeps.
 */
export async function removeLabelled(
  docker: Dockerode,
  label: { key: string; value: string },
  interrupted: boolean,
): Promise<void> {
  const { left } = await clearLabel({ docker, ...label, quiet: interrupted ? QUIET : 0, limit: LIMIT });
  if (left.length === 0) return;
  throw faultError("CLEANUP_FAILED", `the engine did not remove ${left.join("; ")}`, {
    hint: "Run `grader clean`; if it stays, restart the engine.",
  });
}
