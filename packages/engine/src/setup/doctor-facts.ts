import { statfs } from "node:fs/promises";
import { LabError } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { type SweepReport, sweep } from "../janitor/sweep.ts";

/** What the doctor judges. */
export interface DoctorFacts {
  /** `process.version` of the grader. */
  node: string;
  engine: DoctorEngine | DoctorTrouble;
  /** Undefined when it was not found. */
  compose: string | undefined;
  buildx: string | undefined;
  /** Where the engine keeps its data; undefined when that is on another machine or hidden from this user. */
  engineDisk: DiskSpace | undefined;
  temporaryDisk: DiskSpace | undefined;
  /** A dry run, or why there is none. */
  leftovers: SweepReport | DoctorTrouble;
}

export interface DoctorEngine {
  name: "Docker" | "Podman";
  version: string;
  runc: string | undefined;
  /** `linux` or `windows`: the kind of containers it runs. */
  containers: string;
  cgroup: string;
  /** Limits that the engine says it cannot hold: memory, cpus, pids. */
  unheld: string[];
  storageDriver: string;
}

/** An error as far as the doctor repeats it. */
export interface DoctorTrouble {
  code: string;
  message: string;
  hint: string | undefined;
}

export interface DiskSpace {
  path: string;
  /** Bytes that this user can still write. */
  free: number;
}

export interface DoctorInputs {
  /** The engine as it was connected, or the error that connecting ended with. */
  engine: { facts: { compose: string; buildx: string | undefined; rootDir: string }; docker: Dockerode } | LabError;
  leasesDirectory: string;
  temporaryDirectory: string;
  node: string;
  signal: AbortSignal;
}

export async function gatherFacts(inputs: DoctorInputs): Promise<DoctorFacts> {
  const { engine, leasesDirectory, temporaryDirectory, node, signal } = inputs;
  const temporaryDisk = await readDisk(temporaryDirectory);
  if (engine instanceof LabError) {
    const trouble = describeTrouble(engine);
    const none = { compose: undefined, buildx: undefined, engineDisk: undefined };
    return { ...none, node, engine: trouble, temporaryDisk, leftovers: trouble };
  }
  const { docker, facts } = engine;
  const [read, engineDisk, leftovers] = await Promise.all([
    readEngine(docker).catch(describeTrouble),
    readEngineDisk(docker, facts.rootDir),
    sweep({ docker, leasesDirectory, dryRun: true, kept: false, signal }).catch(describeTrouble),
  ]);
  return { node, engine: read, compose: facts.compose, buildx: facts.buildx, engineDisk, temporaryDisk, leftovers };
}

async function readEngine(docker: Dockerode): Promise<DoctorEngine> {
  const [info, version]: [EngineInfo, Dockerode.DockerVersion] = await Promise.all([docker.info(), docker.version()]);
  const components = version.Components ?? [];
  const limits = { memory: info.MemoryLimit, cpus: info.CpuCfsQuota, pids: info.PidsLimit };
  return {
    name: components.some((it) => it.Name.includes("Podman")) ? "Podman" : "Docker",
    version: version.Version,
    runc: components.find((it) => it.Name === "runc")?.Version,
    containers: info.OSType ?? "linux",
    cgroup: info.CgroupVersion ?? "1",
    unheld: Object.entries(limits).flatMap(([name, held]) => (held === false ? [name] : [])),
    storageDriver: info.Driver ?? "unknown",
  };
}

/** The fields of `GET /info` that are read here; any may be missing in another engine's answer. */
interface EngineInfo {
  OSType?: string;
  CgroupVersion?: string;
  Driver?: string;
  MemoryLimit?: boolean;
  CpuCfsQuota?: boolean;
  PidsLimit?: boolean;
}

/** Only through a local socket is the engine's path a path of this machine (and behind one of Docker Desktop it is none). */
async function readEngineDisk(docker: Dockerode, rootDir: string): Promise<DiskSpace | undefined> {
  return "socketPath" in docker.modem && docker.modem.socketPath !== undefined ? readDisk(rootDir) : undefined;
}

async function readDisk(path: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, free: bavail * bsize };
  } catch {
    return undefined;
  }
}

function describeTrouble(error: unknown): DoctorTrouble {
  if (error instanceof LabError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "ENGINE_ERROR", message, hint: "Look at the engine with `docker info`, then try again." };
}
