import { execFile } from "node:child_process";
import { request } from "node:http";
import type { NetConnectOpts } from "node:net";
import { promisify } from "node:util";
import { faultError } from "@compose-labs/lab";

/** The engine's API as the runner itself asks it, beside the grader. */
export interface EngineApi {
  address: NetConnectOpts;
  /** The JSON answer, or undefined where the engine says that there is no such thing. */
  get(path: string): Promise<unknown>;
  /** Whether it answers at all. */
  isThere(): Promise<boolean>;
  post(path: string, body: unknown): Promise<void>;
  remove(path: string): Promise<void>;
}

/** The engine that the current Docker context means. Throws the faults ENGINE_ABSENT and ENGINE_ADDRESS. */
export async function connectEngine(environment: NodeJS.ProcessEnv): Promise<EngineApi> {
  const host = environment["DOCKER_HOST"] ?? (await contextHost());
  const address = addressOf(host);
  const get = async (path: string): Promise<unknown> => (await ask(address, "GET", path)).value;
  const isThere = () =>
    get("/_ping").then(
      () => true,
      () => false,
    );
  if (!(await isThere())) {
    throw faultError("ENGINE_ABSENT", `found no engine that answers at ${host}; the cases are graded on one`, {
      hint: "Start it, or let `npm run grader -- setup` do so.",
    });
  }
  return {
    address,
    get,
    isThere,
    post: async (path, body) => void (await ask(address, "POST", path, body)),
    remove: async (path) => void (await ask(address, "DELETE", path)),
  };
}

async function contextHost(): Promise<string> {
  const words = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
  const answer = await promisify(execFile)("docker", words).catch(() => ({ stdout: "" }));
  return answer.stdout.trim() || "unix:///var/run/docker.sock";
}

function addressOf(host: string): NetConnectOpts {
  if (host.startsWith("unix://")) return { path: host.slice("unix://".length) };
  const tcp = /^tcp:\/\/([^:/]+):(\d+)$/.exec(host);
  if (tcp?.[1] !== undefined) return { host: tcp[1], port: Number(tcp[2]) };
  throw faultError("ENGINE_ADDRESS", `found the engine at ${host}, expected unix:// or tcp://`, {
    hint: "What the grader asks of the engine is recorded on its socket; run the corpus where there is one.",
  });
}

function ask(address: NetConnectOpts, method: string, path: string, body?: unknown): Promise<{ value: unknown }> {
  const target = "path" in address ? { socketPath: address.path } : { host: address.host, port: address.port };
  const headers = { Host: "engine", "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const asked = request({ ...target, method, path, headers, timeout: 10_000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => {
        const status = answer.statusCode ?? 500;
        if (status === 404) resolve({ value: undefined });
        else if (status >= 400) reject(new Error(`${method} ${path}: ${status} ${text.trim()}`));
        else resolve({ value: /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(text) : text });
      });
    });
    asked.on("error", reject).on("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
