import type { HttpRequest, Recorder, ServiceHandle } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { describeState, rawOf } from "../stack/container-facts.ts";
import { readLogs } from "../stack/logs.ts";
import { readArchive } from "./archive.ts";
import { askQuestion, type Question } from "./asking.ts";
import { crashService } from "./crash.ts";
import { recreateService, restartService, scaleService, startService, stopService } from "./disturb.ts";
import { execAllIn, execIn } from "./exec.ts";
import { type HttpSource, readListeners, requestHttp } from "./http.ts";
import { readChanges, readMounts, readNetworks } from "./look.ts";
import { readPorts, studentUrl } from "./ports.ts";
import { findMainProcess, readProcesses } from "./processes.ts";
import { cannotReach, cannotResolve, canReach, hasNoWayOut, readInterfaces, resolves, type Target } from "./reach.ts";
import { findContainer, nameSubject, type Subject } from "./running.ts";

const NUMBER = Symbol("replica");

/** A handle's subject; handles of other runs are addressed by name like any. */
function subjectOf(handle: ServiceHandle): Subject {
  const number = (handle as { [NUMBER]?: number })[NUMBER];
  return { service: handle.name, replica: number };
}

export function makeServiceHandle(run: RunContext, recorder: Recorder, subject: Subject): ServiceHandle {
  const { service, replica } = subject;
  const label = nameSubject(subject);
  /** Asks once the services named have settled; fails with why they have not. */
  const whenReady = <T>(question: Question<T>, others: Subject[] = []): Promise<T> =>
    askQuestion(recorder, {
      ...question,
      after: () => Promise.all([run.ready(service), ...others.map((other) => run.ready(other.service))]),
    });
  /** Asks once it is decided whether the service settles, whichever way. */
  const whenDecided = <T>(question: Question<T>): Promise<T> =>
    askQuestion(recorder, { ...question, after: () => run.ready(service).catch(() => undefined) });
  const targetOf = (target: ServiceHandle | string): Target =>
    typeof target === "string" ? target : subjectOf(target);
  const othersOf = (...handles: (ServiceHandle | string)[]) =>
    handles.flatMap((handle) => (typeof handle === "string" ? [] : [subjectOf(handle)]));
  const inspecting = <T>(what: string, reproduce: string, read: Question<T>["ask"], answer: (value: T) => string) =>
    whenDecided({ call: `${label}.${what}`, reproduce, ask: read, answer });
  const inspect = `docker inspect $(docker compose ps -aq ${service})`;
  const disturbing = (what: string, work: (signal: AbortSignal) => Promise<void>, reproduce: string) =>
    whenReady({ call: `${label}.${what}`, reproduce, ask: work, answer: () => "done" });

  const handle: ServiceHandle & { [NUMBER]?: number } = {
    name: service,
    replica: (number) => makeServiceHandle(run, recorder, { service, replica: number }),
    containers: () =>
      inspecting(
        "containers",
        `docker compose ps -a ${service}`,
        () => run.containersOf(service),
        (all) =>
          all
            .map((container) => `${container.name.replace(/^.*?-(?=[^-]+-\d+$)/, "")} ${describeState(container)}`)
            .join(", ") || "none",
      ),
    inspect: () => inspecting("inspect", inspect, () => findContainer(run, subject), describeState),

    http: (request) => {
      const { from = "host" } = request;
      const source: HttpSource = typeof from === "string" ? from : subjectOf(from);
      return whenReady(
        {
          call: `${label}.http ${request.method ?? "GET"} ${request.path}${typeof source === "string" ? "" : ` from ${nameSubject(source)}`}`,
          reproduce: reproduceHttp(run, service, request, source),
          ask: (signal) => requestHttp(run, subject, request, source, signal),
          answer: ({ status, body }) => `${status} ${body}`,
        },
        typeof source === "string" ? [] : [source],
      );
    },
    canReach: (target, port) =>
      whenReady(
        {
          call: `${label}.canReach ${nameOf(target)}:${port}`,
          reproduce: `docker compose exec ${service} nc -zv ${nameOf(target)} ${port}`,
          ask: async () => void (await canReach(run, subject, targetOf(target), port)),
          answer: () => "connected",
        },
        othersOf(target),
      ),
    cannotReach: (target, port, { whereas }) =>
      askQuestion<{ control: string; tried: string }>(recorder, {
        call: `${label}.cannotReach ${nameOf(target)}:${port} whereas ${whereas.name}`,
        reproduce: `docker compose exec ${service} nc -zv ${nameOf(target)} ${port}`,
        after: () => Promise.all([subject, ...othersOf(target, whereas)].map((other) => run.ready(other.service))),
        ask: () => cannotReach(run, subject, targetOf(target), port, subjectOf(whereas)),
        answer: ({ control, tried }) => `${service}: ${tried}; ${whereas.name}: ${control}`,
      }).then(() => undefined),
    resolves: (name) =>
      whenReady({
        call: `${label}.resolves ${name}`,
        reproduce: `docker compose exec ${service} nslookup ${name}`,
        ask: () => resolves(run, subject, name),
        answer: (addresses) => addresses.join(", "),
      }),
    cannotResolve: (name, { whereas }) =>
      whenReady(
        {
          call: `${label}.cannotResolve ${name} whereas ${whereas.name}`,
          reproduce: `docker compose exec ${service} nslookup ${name}`,
          ask: () => cannotResolve(run, subject, name, subjectOf(whereas)),
          answer: (known) => `unknown; ${whereas.name}: ${known.join(", ")}`,
        },
        othersOf(whereas),
      ).then(() => undefined),
    hasNoWayOut: ({ whereas }) =>
      whenReady(
        {
          call: `${label}.hasNoWayOut whereas ${whereas.name}`,
          reproduce: `docker compose exec ${service} cat /proc/net/route`,
          ask: () => hasNoWayOut(run, subject, subjectOf(whereas)),
          answer: () => `no default route; ${whereas.name} has one`,
        },
        othersOf(whereas),
      ),
    interfaces: () =>
      whenReady({
        call: `${label}.interfaces`,
        reproduce: `docker compose exec ${service} ls /sys/class/net`,
        ask: () => readInterfaces(run, subject),
        answer: (names) => names.join(", ") || "none but lo",
      }),
    listeners: () =>
      whenReady({
        call: `${label}.listeners`,
        reproduce: `docker compose exec ${service} netstat -ltn`,
        ask: () => readListeners(run, subject),
        answer: (all) => all.map(({ address, port }) => `${address}:${port}`).join(", ") || "none",
      }),

    exec: (command, options) =>
      whenReady({
        call: `${label}.exec ${command.join(" ")}`,
        reproduce: `docker compose exec ${service} ${command.join(" ")}`,
        ask: () => execIn(run, subject, command, options),
        answer: ({ exitCode, stdout, stderr, timedOut }) =>
          `${timedOut ? "killed, " : ""}exit code ${exitCode}: ${stdout || stderr}`,
      }),
    execAll: (scripts, options) =>
      whenReady({
        call: `${label}.execAll (${scripts.length} scripts)`,
        reproduce: `docker compose exec ${service} sh`,
        ask: () => execAllIn(run, subject, scripts, options),
        answer: (results) => `exit codes ${results.map(({ exitCode }) => exitCode).join(", ")}`,
      }),
    logs: ({ tail = 200 } = {}) =>
      inspecting(
        "logs",
        `docker compose logs ${service}`,
        async () => {
          const container = await findContainer(run, subject);
          return readLogs(run.docker, { id: container.id, tty: rawOf(container).Config.Tty }, tail);
        },
        (text) => text.slice(-200),
      ),
    processes: () =>
      whenReady({
        call: `${label}.processes`,
        reproduce: `docker compose top ${service}`,
        ask: () => readProcesses(run, subject),
        answer: (all) => all.map(({ pid, name, uid }) => `${pid} ${name} (uid ${uid})`).join(", "),
      }),
    mainProcess: () =>
      whenReady({
        call: `${label}.mainProcess`,
        reproduce: `docker compose top ${service}`,
        ask: () => findMainProcess(run, subject),
        answer: ({ pid, uid, command }) => `${pid} ${command.join(" ")} (uid ${uid})`,
      }),
    ports: () =>
      inspecting(
        "ports",
        `docker compose ps ${service}`,
        async () => readPorts(run.runModel, service, await findContainer(run, subject)),
        (all) =>
          all
            .map(({ target, actual }) => `${target} ${actual === undefined ? "not published" : "published"}`)
            .join(", ") || "none",
      ),
    mounts: () =>
      inspecting(
        "mounts",
        `docker inspect --format '{{json .Mounts}}' $(docker compose ps -aq ${service})`,
        async () => readMounts(run, await findContainer(run, subject)),
        (all) =>
          all
            .map(
              ({ type, target, volume, anonymous }) =>
                `${type} ${volume ?? (anonymous ? "(anonymous)" : "")} at ${target}`,
            )
            .join(", ") || "none",
      ),
    networks: () =>
      inspecting(
        "networks",
        `docker inspect --format '{{json .NetworkSettings.Networks}}' $(docker compose ps -aq ${service})`,
        async () => readNetworks(run, await findContainer(run, subject)),
        (all) => all.map(({ network, address }) => `${network} ${address}`).join(", ") || "none",
      ),
    read: (path) =>
      inspecting(
        `read ${path}`,
        `docker compose exec ${service} cat ${path}`,
        async () => readArchive(run.docker.getContainer((await findContainer(run, subject)).id), path),
        (bytes) => (bytes === undefined ? "no such file" : `${bytes.length} bytes`),
      ),
    changes: () =>
      inspecting(
        "changes",
        `docker diff $(docker compose ps -aq ${service})`,
        async () => readChanges(run, await findContainer(run, subject)),
        (all) => `${all.length} paths`,
      ),

    recreate: () =>
      disturbing(
        "recreate",
        (signal) => recreateService(run, subject, signal),
        `docker compose up -d --force-recreate -V ${service}`,
      ),
    restart: () =>
      disturbing("restart", (signal) => restartService(run, subject, signal), `docker compose restart ${service}`),
    stop: () =>
      whenReady({
        call: `${label}.stop`,
        reproduce: `time docker compose stop ${service}; docker compose ps -a ${service}`,
        ask: () => stopService(run, subject),
        answer: ({ exitCode, ms }) => `exit code ${exitCode} after ${ms} ms`,
      }),
    start: () => disturbing("start", (signal) => startService(run, subject, signal), `docker compose start ${service}`),
    crash: () => disturbing("crash", () => crashService(run, subject), `docker compose exec ${service} kill -9 1`),
    scale: (replicas) =>
      disturbing(
        `scale ${replicas}`,
        (signal) => scaleService(run, subject, replicas, signal),
        `docker compose up -d --scale ${service}=${replicas}`,
      ),
    settled: () =>
      disturbing("settled", (signal) => run.settleAgain([service], signal), `docker compose ps -a ${service}`),
  };
  if (replica !== undefined) handle[NUMBER] = replica;
  return handle;
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
