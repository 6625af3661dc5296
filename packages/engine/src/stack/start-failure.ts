import { CheckFailure, faultError, type LabError } from "@compose-labs/lab";
import { faultInOutput } from "../faults.ts";
import { lastLines } from "./logs.ts";

/** Compose's own exit code for a file that it cannot read. */
const INVALID_MODEL = 15;

/** The submission's model was valid, so what Compose refuses is ours. */
function invalidModel(output: string): LabError {
  return faultError("RUN_MODEL_INVALID", `Compose refuses the file that the grader wrote: ${lastLines(output, 1)}`, {
    hint: "This is not your mistake. Please report it with the result document (`--json`).",
  });
}

/** Why `compose up` itself failed, when no container's state says more: a fault of the engine, or the student's. */
export function explainUpFailure(output: string, exitCode: number): CheckFailure | LabError {
  if (exitCode === INVALID_MODEL) return invalidModel(output);
  const fault = faultInOutput(output);
  if (fault !== undefined) return fault;
  const reason = lastLines(output, 1)
    .replace(/^Error response from daemon: /, "")
    .trim()
    .slice(0, 300);
  const service = /dependency failed to start: container cl-[0-9a-f]{12}-([a-z0-9_.-]+)-\d+ /i.exec(output)?.[1];
  return new CheckFailure({
    code: "START_FAILED",
    found: `\`docker compose up\` ended with exit code ${exitCode}: ${reason}`,
    expected: "a stack that `docker compose up -d` can start",
    ...(service === undefined ? {} : { at: `services.${service}` }),
    reproduce: "docker compose up -d",
    log: lastLines(output, 15),
  });
}
