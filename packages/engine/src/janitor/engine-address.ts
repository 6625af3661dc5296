import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type Dockerode from "dockerode";

/** How to reach an engine again from another process: no key material, so that it may be written down. */
export interface EngineAddress {
  /** Unix socket or named pipe. */
  socketPath?: string;
  host?: string;
  port?: number;
  protocol?: "http" | "https" | "ssh";
  username?: string;
  /** Folder with ca.pem, cert.pem and key.pem, as in DOCKER_CERT_PATH. */
  certificates?: string;
}

/** The address that a Dockerode client uses; `environment` gives DOCKER_CERT_PATH where the client uses TLS. */
export function addressOf(docker: Dockerode, environment: NodeJS.ProcessEnv = {}): EngineAddress {
  const modem: Record<string, unknown> = { ...docker.modem };
  const { socketPath, host, port, protocol, username } = modem;
  if (typeof socketPath === "string") return { socketPath };
  const certificates = environment.DOCKER_CERT_PATH;
  return {
    ...(typeof host === "string" && { host }),
    ...(Number(port) > 0 && { port: Number(port) }),
    ...((protocol === "http" || protocol === "https" || protocol === "ssh") && { protocol }),
    ...(typeof username === "string" && { username }),
    ...(modem.cert !== undefined && certificates !== undefined && { certificates }),
  };
}

/** A client for the address. `timeout`: milliseconds without an answer after which a call fails. */
export async function connectAddress(address: EngineAddress, timeout = 30_000): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  const { certificates, ...where } = address;
  if (certificates === undefined) return new Docker({ ...where, timeout });
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(join(certificates, name), "utf8")),
  );
  return new Docker({ ...where, timeout, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
}

export function sameAddress(one: EngineAddress, other: EngineAddress): boolean {
  return one.socketPath === other.socketPath && one.host === other.host && one.port === other.port;
}
