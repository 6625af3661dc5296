import { faultError, type LabError, type RunModel } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import type { EngineFacts } from "./engine-facts.ts";
import { asFault, describeError } from "./faults.ts";
import { openRun, type RunOptions, type StackRun } from "./run.ts";
import { readToolVersions } from "./tool-versions.ts";
import { readContextHost } from "./tools.ts";

export interface Engine {
  facts: EngineFacts;
  /** The API client of testcontainers' runtime client. */
  docker: Dockerode;
  /** As `DOCKER_HOST` wants it. */
  dockerHost: string;
  /** Takes over a run model; nothing is started yet. */
  openRun(runModel: RunModel, options: RunOptions): StackRun;
}

/**
 * Finds the engine as testcontainers does (`DOCKER_HOST`, its properties file, the default and rootless sockets),
 * after the current Docker context, which it does not know. Throws the faults `ENGINE_ABSENT` (no engine is
 * configured or installed), `ENGINE_UNREACHABLE` (one is, and does not answer), `COMPOSE_ABSENT` and `LEASES_UNSAFE`.
 */
export async function connectEngine(options: { signal: AbortSignal; environment: NodeJS.ProcessEnv }): Promise<Engine> {
  const { signal, environment } = options;
  signal.throwIfAborted();
  const host = await readContextHost(environment);
  // testcontainers reads its settings from the process's environment and nowhere else.
  if (host !== undefined) process.env.DOCKER_HOST = host;
  process.env.TESTCONTAINERS_RYUK_DISABLED = "true"; // the janitor cleans up, without an image or a socket mount
  const versions = readToolVersions(environment, signal);
  // What it laid out is removed before an error of the other can end the program.
  const [client, tools] = await Promise.all([findClient(host, signal), versions]).finally(() =>
    Promise.allSettled([versions]),
  );
  const docker = client.container.dockerode;
  // testcontainers goes on to the default socket when the engine that was asked for does not answer.
  if (host !== undefined && !isSameEngine(docker, host)) throw explainNoEngine(host, true, new Error("no answer"));
  const info = await docker.info().catch((error: unknown) => {
    throw asFault(error, "asking the engine about itself");
  });
  const dockerHost = hostOf(docker, host);
  const facts: EngineFacts = {
    engine: String(info.ServerVersion),
    ...tools,
    cgroup: String(info.CgroupVersion ?? "1"),
    cgroupDriver: String(info.CgroupDriver),
    arch: String(info.Architecture),
    os: String(info.OperatingSystem),
    storageDriver: String(info.Driver),
    rootDir: String(info.DockerRootDir),
    host: publishedHost(dockerHost, environment),
  };
  return {
    facts,
    docker,
    dockerHost,
    openRun: (runModel, runOptions) => openRun({ docker, dockerHost, facts, environment }, runModel, runOptions),
  };
}

async function findClient(host: string | undefined, signal: AbortSignal) {
  const { getContainerRuntimeClient } = await import("testcontainers");
  try {
    return await withDeadline(getContainerRuntimeClient(), 15_000, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw explainNoEngine(host, await defaultSocketExists(), error);
  }
}

/** Nothing is there, or something is and does not answer. */
export function explainNoEngine(host: string | undefined, socketExists: boolean, cause: unknown): LabError {
  if (host === undefined && !socketExists) {
    return faultError(
      "ENGINE_ABSENT",
      "found no container engine: no DOCKER_HOST, no Docker context and no engine socket",
      {
        hint: "Install and start Docker (or let `npm run demo` set it up on Debian and Ubuntu), then run again.",
        cause,
      },
    );
  }
  const where = host ?? "the default socket";
  return faultError(
    "ENGINE_UNREACHABLE",
    `the container engine at ${where} does not answer (${describeError(cause)})`,
    {
      hint: "Start it (`docker info` must work for this user), or correct DOCKER_HOST or the Docker context.",
      cause,
    },
  );
}

async function defaultSocketExists(): Promise<boolean> {
  if (process.platform === "win32") return true;
  const { access } = await import("node:fs/promises");
  return access("/var/run/docker.sock").then(
    () => true,
    () => false,
  );
}

function withDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
  });
}

/** The engine that testcontainers found, so that Compose is sent to the very same. */
function hostOf(docker: Dockerode, configured: string | undefined): string {
  const { socketPath, host, port } = docker.modem as { socketPath?: string; host?: string; port?: number | string };
  if (typeof socketPath === "string")
    return socketPath.startsWith("//") ? `npipe://${socketPath}` : `unix://${socketPath}`;
  return configured ?? `tcp://${host}:${port}`;
}

function isSameEngine(docker: Dockerode, host: string): boolean {
  const { socketPath, host: name } = docker.modem as { socketPath?: string; host?: string };
  const url = new URL(host);
  return typeof socketPath === "string" ? socketPath === url.pathname : name === url.hostname;
}

/** Ports are published on loopback; only an engine elsewhere is reached by its own address. */
function publishedHost(dockerHost: string, environment: NodeJS.ProcessEnv): string {
  if (environment.TESTCONTAINERS_HOST_OVERRIDE) return environment.TESTCONTAINERS_HOST_OVERRIDE;
  const url = new URL(dockerHost);
  return url.protocol === "unix:" || url.protocol === "npipe:" ? "127.0.0.1" : url.hostname;
}
