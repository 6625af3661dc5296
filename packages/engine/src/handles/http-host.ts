import { request as startRequest } from "node:http";
import type { HttpAnswer } from "@compose-labs/lab";
import { BODY_CAP } from "../probes/raw-http.ts";

export interface HostRequest {
  host: string;
  port: number;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Milliseconds for the whole exchange. */
  timeout: number;
  signal: AbortSignal;
}

/** How an exchange ended without an answer. */
type HttpTrouble = "refused" | "reset" | "timeout" | "garbage";

export type HttpOutcome = { answer: HttpAnswer } | { trouble: HttpTrouble; detail: string };

/** One request on a connection of its own; redirects are not followed, the body is read up to 64 KiB. */
export function requestFromHost(options: HostRequest): Promise<HttpOutcome> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const { host, port, path, method, timeout, signal } = options;
    const headers = { connection: "close", ...options.headers };
    const request = startRequest({ host, port, path, method, headers, agent: false });
    const finish = (outcome: HttpOutcome) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      request.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(
      () => finish({ trouble: "timeout", detail: `no answer within ${timeout / 1000} s` }),
      timeout,
    );
    const abort = () => {
      finish({ trouble: "timeout", detail: "aborted" });
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", abort, { once: true });
    request.on("error", (error: NodeJS.ErrnoException) =>
      finish({ trouble: nameTrouble(error), detail: error.message }),
    );
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const done = (truncated: boolean) => {
        const body = Buffer.concat(chunks).subarray(0, BODY_CAP).toString("utf8");
        const ms = Math.round(performance.now() - started);
        finish({
          answer: { status: response.statusCode ?? 0, headers: flatten(response.headers), body, truncated, ms },
        });
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > BODY_CAP) done(true);
      });
      response.on("end", () => done(false));
      response.on("error", (error) => finish({ trouble: "reset", detail: `the answer broke off: ${error.message}` }));
    });
    request.end(options.body);
  });
}

function nameTrouble(error: NodeJS.ErrnoException): HttpTrouble {
  if (error.code === "ECONNREFUSED") return "refused";
  if (error.code?.startsWith("HPE_")) return "garbage";
  return "reset";
}

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
