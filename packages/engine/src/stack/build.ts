import { CheckFailure, type Failure, type RunModel } from "@compose-labs/lab";
import { type CommandResult, runCompose } from "../command.ts";
import { faultInOutput } from "../faults.ts";
import type { ComposeTools } from "../tools.ts";
import { explainBuildFailure } from "./build-failure.ts";
import type { ComposeFile } from "./compose-file.ts";
import { INVALID_MODEL, invalidModel } from "./start-failure.ts";

/**
 * Builds every service that builds, those of inactive profiles too, in one call of Compose. Rejects with the
 * `CheckFailure` `BUILD_FAILED` or `BUILD_TIMEOUT`, or a fault where the engine is the cause.
 */
export async function buildImages(
  runModel: RunModel,
  file: ComposeFile,
  tools: ComposeTools,
  signal: AbortSignal,
): Promise<void> {
  const services = Object.entries(runModel.services).flatMap(([name, service]) => (service.builds ? [name] : []));
  if (services.length === 0) return;
  const seconds = runModel.build.timeout;
  const result = await runCompose(["--progress", "plain", ...file.options, "build", ...services], {
    tools,
    cwd: file.folder,
    signal,
    timeout: seconds * 1000,
  });
  if (result.exitCode === 0) return;
  if (result.timedOut) throw new CheckFailure(timedOut(services, seconds, result));
  if (result.exitCode === INVALID_MODEL) throw invalidModel(result.output);
  const fault = faultInOutput(lastError(result.output));
  if (fault !== undefined) throw fault;
  throw new CheckFailure(await explainBuildFailure(runModel, result.output));
}

function timedOut(services: string[], seconds: number, result: CommandResult): Failure {
  const output = result.output.trimEnd().split("\n").slice(-10).join("\n");
  return {
    code: "BUILD_TIMEOUT",
    found: `the build of ${services.map((name) => `\`${name}\``).join(", ")} was not done after ${seconds} s`,
    expected: "an image that builds within the lab's time",
    hint: "Look for a step that waits for input or for the network: builds have none.",
    ...(services.length === 1 ? { at: `services.${services[0]}.build` } : {}),
    reproduce: `docker compose build ${services.join(" ")}`,
    log: output,
  };
}

/** A student's RUN may print anything; only what BuildKit itself says last can put the blame on the engine. */
function lastError(output: string): string {
  const lines = output.trimEnd().split("\n");
  const error = lines.findLast((line) =>
    /failed to solve|cannot connect|error during connect|EOF|no space left/i.test(line),
  );
  return error === undefined || /did not complete successfully/.test(error) ? "" : error;
}
