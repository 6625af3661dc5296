import { access, constants } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { describeError } from "../faults.ts";
import { readContextHost } from "../tools.ts";
import type { EngineAnswer } from "./engine-plan.ts";

const ANSWER_MS = 5_000;

/**
 * Looks for an engine that answers: the one that DOCKER_HOST or the current context names, else the sockets where
 * Docker, Docker Desktop and rootless engines listen. Starts nothing.
 */
export async function findEngine(environment: NodeJS.ProcessEnv): Promise<EngineAnswer> {
  const configured = await readContextHost(environment);
  if (configured !== undefined) {
    const reason = await ping(configured, environment);
    return reason === undefined
      ? { state: "answers", host: configured }
      : { state: "silent", host: configured, reason };
  }
  let forbidden: string | undefined;
  for (const socket of listSockets(environment)) {
    const reason = await ping(socket, environment);
    if (reason === undefined) return { state: "answers", host: socket };
    if (/EACCES|EPERM/.test(reason)) forbidden ??= socket;
  }
  return forbidden === undefined ? { state: "absent" } : { state: "forbidden", host: forbidden };
}

/** In the order of preference: the system's engine, then the user's own. */
function listSockets(environment: NodeJS.ProcessEnv): string[] {
  if (process.platform === "win32") return ["npipe:////./pipe/docker_engine"];
  const home = environment.HOME ?? homedir();
  const runtime = environment.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`;
  return [
    "/var/run/docker.sock",
    join(runtime, "docker.sock"),
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
  ].map((path) => `unix://${path}`);
}

/** Why the engine at `host` does not answer, or undefined when it does. */
export async function ping(host: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const url = new URL(host);
  const path = url.protocol === "unix:" ? url.pathname : undefined;
  if (path !== undefined) {
    const failure = await access(path, constants.R_OK | constants.W_OK).catch(describeError);
    if (typeof failure === "string") return failure;
  }
  try {
    const docker = await openClient(url, environment);
    await docker.ping();
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

async function openClient(url: URL, environment: NodeJS.ProcessEnv) {
  const { default: Dockerode } = await import("dockerode");
  if (url.protocol === "unix:") return new Dockerode({ socketPath: url.pathname, timeout: ANSWER_MS });
  if (url.protocol === "npipe:") return new Dockerode({ socketPath: url.pathname, timeout: ANSWER_MS });
  const { hostname: host, username, port } = url;
  if (url.protocol === "ssh:") return new Dockerode({ protocol: "ssh", host, username, timeout: ANSWER_MS });
  const secure = Boolean(environment.DOCKER_TLS_VERIFY);
  return new Dockerode({
    host,
    port: port === "" ? (secure ? 2376 : 2375) : port,
    timeout: ANSWER_MS,
    protocol: secure ? "https" : "http",
    ...(secure ? await readCertificates(environment) : {}),
  });
}

async function readCertificates(environment: NodeJS.ProcessEnv) {
  const { readFile } = await import("node:fs/promises");
  const folder = environment.DOCKER_CERT_PATH ?? join(environment.HOME ?? homedir(), ".docker");
  const [ca, cert, key] = await Promise.all(["ca", "cert", "key"].map((name) => readFile(join(folder, `${name}.pem`))));
  return { ca, cert, key };
}
