import { isAbsolute, join } from "node:path";
import type { RunModel } from "@compose-labs/lab";

export interface BuildCommand {
  /** For `buildx`. */
  arguments: string[];
  /** An inline Dockerfile, for stdin. */
  input: string | undefined;
}

/**
 * The build of one service of the run model as a call of buildx. Compose itself would call the same builder, but passes
 * no control group on to it. Pure.
 */
export function buildCommand(runModel: RunModel, name: string, cgroupParent: string | undefined): BuildCommand {
  const { build, image } = plain(runModel.compose.services[name] ?? {}) as {
    build?: {
      context?: string;
      dockerfile?: string;
      dockerfile_inline?: string;
      target?: string;
      no_cache?: boolean;
      args?: Record<string, string>;
      labels?: Record<string, string>;
      additional_contexts?: Record<string, string>;
      secrets?: { source: string; target?: string }[];
    };
    image?: string;
  };
  const context = within(runModel.directory, build?.context ?? ".");
  const dockerfile = build?.dockerfile ?? "Dockerfile";
  const pairs = (option: string, record: Record<string, string> | undefined) =>
    Object.entries(record ?? {}).flatMap(([key, value]) => [option, `${key}=${value}`]);
  const options = [
    ["--progress", "plain", "--network", "none", "--provenance", "false", "--tag", image ?? ""],
    ["--file", build?.dockerfile_inline === undefined ? within(context, dockerfile) : "-"],
    build?.target === undefined ? [] : ["--target", build.target],
    build?.no_cache === true ? ["--no-cache"] : [],
    cgroupParent === undefined ? [] : ["--cgroup-parent", cgroupParent],
    pairs("--build-arg", build?.args),
    pairs("--label", build?.labels),
    pairs("--build-context", build?.additional_contexts),
    (build?.secrets ?? []).flatMap((secret) => ["--secret", secretOption(runModel, secret)]),
  ];
  return { arguments: ["build", ...options.flat(), context], input: build?.dockerfile_inline };
}

function secretOption(runModel: RunModel, { source, target }: { source: string; target?: string }): string {
  const file = plain(runModel.compose.secrets?.[source]?.file ?? "") as string;
  // The option is a line of CSV: a file's name may hold a comma or a quote.
  return [`id=${target ?? source}`, `src=${within(runModel.directory, file)}`]
    .map((field) => `"${field.replaceAll('"', '""')}"`)
    .join(",");
}

function within(directory: string, path: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}

/** The run model is written for Compose, which reads `$$` as `$`. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$$", "$");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
