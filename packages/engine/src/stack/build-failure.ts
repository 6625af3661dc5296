import type { Failure, RunModel } from "@compose-labs/lab";
import { BUILD_PIDS } from "../bounds/build-bounds.ts";
import { lastLines } from "./logs.ts";

export interface BuildError {
  /** The instruction as BuildKit prints it, variables and continuation lines joined. */
  instruction: string | undefined;
  /** 1-based line of the instruction. */
  line: number | undefined;
  /** BuildKit's reason. */
  reason: string;
  /** What the failed step wrote, without step numbers and times. */
  log: string;
}

/** Reads BuildKit's plain output. Pure. What a step writes is always behind a number, so it cannot pass for BuildKit's words. */
export function parseBuildError(output: string): BuildError {
  const step = [...output.matchAll(/^ > \[.*?\](?: (.*?))?:?$/gm)].at(-1);
  const solve = /^(?:ERROR: )?(?:failed to build: )?failed to solve: (.*)/m.exec(output)?.[1] ?? lastLines(output, 1);
  const quoted = [...output.matchAll(/^[^\s#][^\n]*:(\d+)\n-{10,}$/gm)].at(-1)?.[1];
  const line = /(?:on line |Dockerfile[^\s:]*:)(\d+)/.exec(solve)?.[1] ?? quoted;
  return {
    instruction: step?.[1]?.replace(/^load .*/, "") || undefined,
    line: line === undefined ? undefined : Number(line),
    reason: solve
      .replace(/^failed to compute cache key: /, "")
      .replace(/ref \S+::\S+: /, "")
      .trim(),
    log: stepLog(output),
  };
}

function stepLog(output: string): string {
  const failed = /^#(\d+) ERROR: /m.exec(output)?.[1];
  const lines = output.split("\n");
  if (failed === undefined) return lastLines(output, 10);
  const own = lines.filter((line) => line.startsWith(`#${failed} `) && !line.startsWith(`#${failed} [`));
  return lastLines(own.map((line) => line.replace(/^#\d+ (?:\d+\.\d+ )?/, "")).join("\n"), 20);
}

/** The failure for the output of a build that did not succeed, with the Dockerfile line where it can be found. */
export function explainBuildFailure(runModel: RunModel, name: string, output: string, outOfMemory: boolean): Failure {
  const error = parseBuildError(output);
  const file = runModel.services[name]?.dockerfile;
  const what = error.instruction === undefined ? "" : `\`${error.instruction.slice(0, 160)}\`: `;
  const common = {
    at: `services.${name}.build`,
    ...(file === undefined ? {} : { place: error.line === undefined ? { file } : { file, line: error.line } }),
    reproduce: `docker compose build ${name}`,
    log: error.log,
  };
  if (outOfMemory) {
    return {
      code: "BUILD_OUT_OF_MEMORY",
      found: `the image of \`${name}\` cannot be built: ${what}killed at the build's limit of ${runModel.build.memory} memory`,
      expected: "build steps that stay within the lab's memory",
      hint: "Let the step do less at once (fewer parallel jobs, no debug build), or take a base image that has the result.",
      ...common,
    };
  }
  return {
    code: "BUILD_FAILED",
    found: `the image of \`${name}\` cannot be built: ${what}${error.reason.slice(0, 300)}`,
    expected: "an image that builds without an error",
    ...(/can't fork|resource temporarily unavailable/i.test(error.log)
      ? { hint: `All steps together may have ${BUILD_PIDS} processes at once.` }
      : {}),
    ...common,
  };
}
