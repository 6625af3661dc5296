import type { ServiceModel } from "@compose-labs/lab";
import { parseSeconds } from "./health.ts";

const UNITS: Record<string, number> = { "": 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** Bytes of `64m`, `1.5gb`, `20971520` or a number; undefined for anything else. */
export function parseBytes(value: unknown): number | undefined {
  if (typeof value === "number") return value > 0 ? Math.floor(value) : undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?$/i.exec(typeof value === "string" ? value.trim() : "");
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (UNITS[(match[2] ?? "").toLowerCase()] ?? 1);
  return bytes > 0 ? Math.floor(bytes) : undefined;
}

function positive(value: unknown): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && number > 0 ? number : undefined;
}

/** The smallest of the values that are there. */
const least = (...values: (number | undefined)[]): number => Math.min(...values.filter((value) => value !== undefined));

/** What one container may use, whichever notation the student chose: the student's own bound, and never more than the lab's. */
export interface Bounds {
  /** Bytes. */
  memory: number;
  cpus: number;
  pids: number;
}

export function boundsOf(service: ServiceModel, limits: { memory: string; cpus: number; pids: number }): Bounds {
  const own = (service.deploy?.resources?.limits ?? {}) as { cpus?: unknown; memory?: unknown; pids?: unknown };
  return {
    memory: least(parseBytes(limits.memory) ?? 256 * 1024 ** 2, parseBytes(service.mem_limit), parseBytes(own.memory)),
    cpus: least(limits.cpus, positive(service.cpus), positive(own.cpus)),
    pids: least(limits.pids, positive(service.pids_limit), positive(own.pids)),
  };
}

export interface LoweredLimit {
  key: string;
  /** As the student wrote it, and what is granted. */
  value: string | number;
  limit: string | number;
  /** Below the service. */
  path: string[];
}

/** Where a service asks for more than one container may have. */
export function loweredLimits(
  service: ServiceModel,
  limits: { memory: string; cpus: number; pids: number },
): LoweredLimit[] {
  const own = (service.deploy?.resources?.limits ?? {}) as { cpus?: unknown; memory?: unknown; pids?: unknown };
  const deployed = (key: string): string[] => ["deploy", "resources", "limits", key];
  const asked: [key: string, value: number | undefined, most: number, limit: string | number, path: string[]][] = [];
  const memory = parseBytes(limits.memory) ?? 0;
  asked.push(["memory", parseBytes(service.mem_limit), memory, limits.memory, ["mem_limit"]]);
  asked.push(["memory", parseBytes(own.memory), memory, limits.memory, deployed("memory")]);
  asked.push(["cpus", positive(service.cpus), limits.cpus, limits.cpus, ["cpus"]]);
  asked.push(["cpus", positive(own.cpus), limits.cpus, limits.cpus, deployed("cpus")]);
  asked.push(["pids", positive(service.pids_limit), limits.pids, limits.pids, ["pids_limit"]]);
  asked.push(["pids", positive(own.pids), limits.pids, limits.pids, deployed("pids")]);
  return asked.flatMap(([key, value, most, limit, path]) =>
    value === undefined || value <= most
      ? []
      : [{ key, value: key === "memory" ? `${Math.round(value / 1024 ** 2)}m` : value, limit, path }],
  );
}

/** Open files of one process at most. Some kernels refuse a container more than 20,000. */
const MAX_FILES = 4096;

/** `ulimits` of the run: open files are always bounded, processes where the student bounds them. */
export function ulimitsOf(service: ServiceModel, pids: number): Record<string, { soft: number; hard: number }> {
  const own = (service.ulimits ?? {}) as Record<string, unknown>;
  const bounded = (value: unknown, most: number): { soft: number; hard: number } => {
    const { soft, hard } =
      typeof value === "object" && value !== null
        ? (value as { soft?: unknown; hard?: unknown })
        : { soft: value, hard: value };
    const top = least(most, positive(hard));
    return { soft: least(top, positive(soft)), hard: top };
  };
  const limits: Record<string, { soft: number; hard: number }> = { nofile: bounded(own.nofile, MAX_FILES) };
  if (own.nproc !== undefined) limits.nproc = bounded(own.nproc, pids);
  return limits;
}

/** A tmpfs counts towards its container's memory; its size is bounded too, so that filling it is seen as that. */
const TMPFS_BYTES = 64 * 1024 ** 2;

export const tmpfsBytes = (value: unknown, memory: number): number => least(memory, parseBytes(value) ?? TMPFS_BYTES);

const TMPFS_OPTION = /^(mode=[0-7]{3,4}|uid=\d+|gid=\d+|exec|noexec|nosuid|nodev|rw|ro|suid|dev)$/;

/** `/run:size=1g,mode=1777` with its size bounded and without options that the grader does not know. */
export function boundTmpfs(entry: string, memory: number): string {
  const [path = "", options = ""] = entry.split(/:(.*)/s);
  const given = options.split(",").filter(Boolean);
  const size = given.find((option) => option.startsWith("size="))?.slice(5);
  const kept = given.filter((option) => TMPFS_OPTION.test(option));
  return `${path}:${[`size=${tmpfsBytes(size, memory)}`, ...kept].join(",")}`;
}

/** Seconds that a stop may wait for a service at most: more than the engine's own 10, less than a check has. */
const GRACE_SECONDS = 15;

/** `stop_grace_period` as the student wrote it, or the longest that is waited for. */
export function boundGrace(value: unknown): unknown {
  const seconds = parseSeconds(value);
  return seconds !== undefined && seconds > GRACE_SECONDS ? `${GRACE_SECONDS}s` : value;
}
