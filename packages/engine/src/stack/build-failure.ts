import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Failure, Place, RunModel } from "@compose-labs/lab";
import { lastLines } from "./logs.ts";

export interface BuildError {
  service: string | undefined;
  /** The instruction as BuildKit prints it, variables and continuation lines joined. */
  instruction: string | undefined;
  /** 1-based line, where BuildKit names one itself. */
  line: number | undefined;
  /** BuildKit's reason. */
  reason: string;
  /** What the failed step wrote, without step numbers and times. */
  log: string;
}

/** Reads BuildKit's plain output. Pure. */
export function parseBuildError(output: string): BuildError {
  const step = [...output.matchAll(/^ > \[(.*?)\](?: (.*?))?:?$/gm)].at(-1);
  const inside = step?.[1] ?? "";
  const service = /^(\S+)/.exec(inside)?.[1];
  const solve = /failed to solve: (.*)/.exec(output)?.[1] ?? lastLines(output, 1);
  const line = /(?:on line |Dockerfile[^\s:]*:)(\d+)/.exec(solve)?.[1];
  return {
    service: service === "internal" || /^\d+\/\d+$/.test(service ?? "") ? undefined : service,
    instruction: step?.[2]?.replace(/^load .*/, "") || undefined,
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
export async function explainBuildFailure(runModel: RunModel, output: string): Promise<Failure> {
  const error = parseBuildError(output);
  const building = Object.entries(runModel.services).filter(([, service]) => service.builds);
  const [name, service] =
    building.find(([key]) => key === error.service) ?? (building.length === 1 ? building[0] : undefined) ?? [];
  const place =
    service?.dockerfile === undefined ? undefined : await findPlace(runModel.directory, service.dockerfile, error);
  const what = error.instruction === undefined ? "" : `\`${error.instruction.slice(0, 160)}\`: `;
  return {
    code: "BUILD_FAILED",
    found: `the image of ${name === undefined ? "a service" : `\`${name}\``} cannot be built: ${what}${error.reason.slice(0, 300)}`,
    expected: "an image that builds without an error",
    ...(name === undefined ? {} : { at: `services.${name}.build` }),
    ...(place === undefined ? {} : { place }),
    reproduce: `docker compose build${name === undefined ? "" : ` ${name}`}`,
    log: error.log,
  };
}

async function findPlace(directory: string, dockerfile: string, error: BuildError): Promise<Place> {
  if (error.line !== undefined) return { file: dockerfile, line: error.line };
  const text = await readFile(join(directory, dockerfile), "utf8").catch(() => "");
  const line = findInstruction(text, error.instruction);
  return line === undefined ? { file: dockerfile } : { file: dockerfile, line };
}

/** 1-based line at which an instruction begins, given as BuildKit prints it. */
export function findInstruction(dockerfile: string, instruction: string | undefined): number | undefined {
  if (instruction === undefined) return undefined;
  const wanted = squeeze(instruction);
  const lines = dockerfile.split(/\r?\n/);
  let keyword: number | undefined;
  for (let start = 0; start < lines.length; start++) {
    if (/^\s*(#|$)/.test(lines[start] ?? "")) continue;
    let end = start;
    let joined = lines[start] ?? "";
    while (/\\\s*$/.test(joined) && end + 1 < lines.length)
      joined = `${joined.replace(/\\\s*$/, "")}${lines[++end] ?? ""}`;
    const found = squeeze(joined);
    if (found === wanted) return start + 1;
    // Variables are expanded in what BuildKit prints: fall back on the first instruction of the same kind and beginning.
    if (
      keyword === undefined &&
      found.split("$")[0] === wanted.slice(0, (found.split("$")[0] ?? "").length) &&
      found.includes("$")
    ) {
      keyword = start + 1;
    }
    start = end;
  }
  return keyword;
}

function squeeze(text: string): string {
  const words = text.trim().replace(/\s+/g, " ");
  return words.replace(/^\w+/, (keyword) => keyword.toUpperCase());
}
