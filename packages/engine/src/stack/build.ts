import { CheckFailure, type Failure, faultError, type RunModel } from "@compose-labs/lab";
import type { BuildBounds } from "../bounds/build-bounds.ts";
import { type CommandResult, runCompose } from "../command.ts";
import { faultInOutput } from "../faults.ts";
import type { ComposeTools } from "../tools.ts";
import { buildCommand } from "./build-command.ts";
import { explainBuildFailure } from "./build-failure.ts";

export interface BuildOptions {
  runModel: RunModel;
  /** Where buildx is run from; nothing of it is read. */
  folder: string;
  tools: ComposeTools;
  bounds: BuildBounds;
  signal: AbortSignal;
}

/** Names of the services that build, those of inactive profiles too. */
export function servicesToBuild(runModel: RunModel): string[] {
  return Object.entries(runModel.services).flatMap(([name, service]) => (service.builds ? [name] : []));
}

/**
 * Builds every service that builds, side by side. Rejects with the first failure, the `CheckFailure` `BUILD_FAILED`,
 * `BUILD_OUT_OF_MEMORY` or `BUILD_TIMEOUT`, or with a fault where the engine is the cause; the others are ended then.
 */
export async function buildImages(options: BuildOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const builds = servicesToBuild(options.runModel).map((name) =>
    buildImage({ ...options, signal }, name).catch((error: unknown) => failed.abort(error)),
  );
  await Promise.all(builds);
  options.signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

async function buildImage({ runModel, folder, tools, bounds, signal }: BuildOptions, name: string): Promise<void> {
  if (tools.buildx === undefined) {
    throw faultError("BUILDX_ABSENT", "found no buildx plugin for Docker; it builds the images", {
      hint: "Install it (package docker-buildx-plugin or docker-buildx), or let `npm run demo` set the machine up.",
    });
  }
  const seconds = runModel.build.timeout;
  const command = buildCommand(runModel, name, bounds.cgroupParent);
  const result = await runCompose(command.arguments, {
    tools: { ...tools, command: [tools.buildx] },
    cwd: folder,
    signal,
    timeout: seconds * 1000,
    input: command.input,
  });
  if (result.exitCode === 0) return;
  if (result.timedOut) throw new CheckFailure(timedOut(name, seconds, result));
  const fault = faultInOutput(lastError(result.output));
  if (fault !== undefined) throw fault;
  const outOfMemory = /exit code: 137|signal: killed|^.*\bKilled$/im.test(result.output) && (await bounds.hitMemory());
  throw new CheckFailure(explainBuildFailure(runModel, name, result.output, outOfMemory));
}

function timedOut(service: string, seconds: number, result: CommandResult): Failure {
  const output = result.output.trimEnd().split("\n").slice(-10).join("\n");
  return {
    code: "BUILD_TIMEOUT",
    found: `the build of \`${service}\` was not done after ${seconds} s`,
    expected: "an image that builds within the lab's time",
    hint: "Look for a step that waits for input or for the network: builds have none.",
    at: `services.${service}.build`,
    reproduce: `docker compose build ${service}`,
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
