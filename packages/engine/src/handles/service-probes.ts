import type { HttpRequest, ServiceHandle } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { requestHttp } from "./http.ts";
import type { HttpSource } from "./http-failures.ts";
import { readListeners } from "./listeners.ts";
import { cannotResolve, resolves } from "./names.ts";
import { studentUrl } from "./ports.ts";
import { findMainProcess, readProcesses } from "./processes.ts";
import { cannotReach, canReach, type Target } from "./reach.ts";
import { hasNoWayOut, readInterfaces } from "./routes.ts";
import { nameSubject, type Subject } from "./running.ts";
import { type ServiceQuestions, subjectOf } from "./service-questions.ts";

type Probing =
  | "http"
  | "canReach"
  | "cannotReach"
  | "resolves"
  | "cannotResolve"
  | "hasNoWayOut"
  | "interfaces"
  | "listeners"
  | "processes"
  | "mainProcess";

/** What is asked of a service by the grader's own probe. */
export function makeProbes(ask: ServiceQuestions): Pick<ServiceHandle, Probing> {
  const { run, subject, label, tellReach } = ask;
  const { service } = subject;
  return {
    http: (request) => {
      const { from = "host" } = request;
      const source: HttpSource = typeof from === "string" ? from : subjectOf(from);
      return ask.whenReady(
        {
          call: `${label}.http ${request.method ?? "GET"} ${request.path}${typeof source === "string" ? "" : ` from ${nameSubject(source)}`}`,
          reproduce: reproduceHttp(run, service, request, source),
          ask: (signal) => requestHttp(run, subject, request, source, { signal, tellReach }),
          answer: ({ status, body }) => `${status} ${body}`,
        },
        typeof source === "string" ? [] : [source],
      );
    },
    canReach: (target, port) =>
      ask.whenReady(
        {
          call: `${label}.canReach ${nameOf(target)}:${port}`,
          reproduce: `docker compose exec ${service} nc -zv ${nameOf(target)} ${port}`,
          ask: async () => void (await canReach(run, subject, targetOf(target), port, tellReach)),
          answer: () => "connected",
        },
        othersOf(target),
      ),
    cannotReach: (target, port, { whereas }) =>
      ask
        .whenReady<{ control: string; tried: string }>({
          call: `${label}.cannotReach ${nameOf(target)}:${port} whereas ${whereas.name}`,
          reproduce: `docker compose exec ${service} nc -zv ${nameOf(target)} ${port}`,
          after: () => Promise.all([subject, ...othersOf(target, whereas)].map((other) => run.ready(other.service))),
          ask: () => cannotReach(run, subject, targetOf(target), port, subjectOf(whereas), tellReach),
          answer: ({ control, tried }) => `${service}: ${tried}; ${whereas.name}: ${control}`,
        })
        .then(() => undefined),
    resolves: (name) =>
      ask.whenReady({
        call: `${label}.resolves ${name}`,
        reproduce: `docker compose exec ${service} nslookup ${name}`,
        ask: () => resolves(run, subject, name),
        answer: (addresses) => addresses.join(", "),
      }),
    cannotResolve: (name, { whereas }) =>
      ask
        .whenReady(
          {
            call: `${label}.cannotResolve ${name} whereas ${whereas.name}`,
            reproduce: `docker compose exec ${service} nslookup ${name}`,
            ask: () => cannotResolve(run, subject, name, subjectOf(whereas)),
            answer: (known) => `unknown; ${whereas.name}: ${known.join(", ")}`,
          },
          othersOf(whereas),
        )
        .then(() => undefined),
    hasNoWayOut: ({ whereas }) =>
      ask.whenReady(
        {
          call: `${label}.hasNoWayOut whereas ${whereas.name}`,
          reproduce: `docker compose exec ${service} cat /proc/net/route`,
          ask: () => hasNoWayOut(run, subject, subjectOf(whereas)),
          answer: () => `no default route; ${whereas.name} has one`,
        },
        othersOf(whereas),
      ),
    interfaces: () =>
      ask.whenReady({
        call: `${label}.interfaces`,
        reproduce: `docker compose exec ${service} ls /sys/class/net`,
        ask: () => readInterfaces(run, subject),
        answer: (names) => names.join(", ") || "none but lo",
      }),
    listeners: () =>
      ask.whenReady({
        call: `${label}.listeners`,
        reproduce: `docker compose exec ${service} netstat -ltn`,
        ask: () => readListeners(run, subject),
        answer: (all) => all.map(({ address, port }) => `${address}:${port}`).join(", ") || "none",
      }),

    processes: () =>
      ask.whenReady({
        call: `${label}.processes`,
        reproduce: `docker compose top ${service}`,
        ask: () => readProcesses(run, subject),
        answer: (all) => all.map(({ pid, name, uid }) => `${pid} ${name} (uid ${uid})`).join(", "),
      }),
    mainProcess: () =>
      ask.whenReady({
        call: `${label}.mainProcess`,
        reproduce: `docker compose top ${service}`,
        ask: () => findMainProcess(run, subject),
        answer: ({ pid, uid, command }) => `${pid} ${command.join(" ")} (uid ${uid})`,
      }),
  };
}

function targetOf(target: ServiceHandle | string): Target {
  return typeof target === "string" ? target : subjectOf(target);
}

function othersOf(...handles: (ServiceHandle | string)[]): Subject[] {
  return handles.flatMap((handle) => (typeof handle === "string" ? [] : [subjectOf(handle)]));
}

function nameOf(target: ServiceHandle | string): string {
  return typeof target === "string" ? target : target.name;
}

function reproduceHttp(run: RunContext, service: string, request: HttpRequest, source: HttpSource): string {
  const method = request.method === undefined || request.method === "GET" ? "" : ` -X ${request.method}`;
  const [only] = run.runModel.services[service]?.ports ?? [];
  const port = request.port ?? only?.target;
  if (source === "host") {
    const url = (port === undefined ? undefined : studentUrl(run.runModel, service, port)) ?? `http://localhost:<port>`;
    return `curl -i${method} ${url}${request.path}`;
  }
  const [where, host] = source === "inside" ? [service, "127.0.0.1"] : [source.service, service];
  return `docker compose exec ${where} wget -qO- http://${host}:${port ?? "<port>"}${request.path}`;
}
