import type { Recorder, ServiceHandle } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { crashService } from "./crash.ts";
import { recreateService, restartService, scaleService, startService, stopService } from "./disturb.ts";
import { execAllIn, execIn } from "./exec.ts";
import type { Subject } from "./running.ts";
import { makeLooks } from "./service-looks.ts";
import { makeProbes } from "./service-probes.ts";
import { makeQuestions, markReplica, type ServiceQuestions } from "./service-questions.ts";

export function makeServiceHandle(run: RunContext, recorder: Recorder, subject: Subject): ServiceHandle {
  const { service } = subject;
  const ask = makeQuestions(run, recorder, subject);
  const handle: ServiceHandle = {
    name: service,
    replica: (number) => makeServiceHandle(run, recorder, { service, replica: number }),
    ...makeProbes(ask),
    ...makeExecs(ask),
    ...makeLooks(ask),
    ...makeDisturbances(ask),
  };
  return markReplica(handle, subject.replica);
}

function makeExecs(ask: ServiceQuestions): Pick<ServiceHandle, "exec" | "execAll"> {
  const { run, subject, label } = ask;
  const { service } = subject;
  return {
    exec: (command, options) =>
      ask.whenReady({
        call: `${label}.exec ${command.join(" ")}`,
        reproduce: `docker compose exec ${service} ${command.join(" ")}`,
        ask: () => execIn(run, subject, command, options),
        answer: ({ exitCode, stdout, stderr, timedOut }) =>
          `${timedOut ? "killed, " : ""}exit code ${exitCode}: ${stdout || stderr}`,
      }),
    execAll: (scripts, options) =>
      ask.whenReady({
        call: `${label}.execAll (${scripts.length} scripts)`,
        reproduce: `docker compose exec ${service} sh`,
        ask: () => execAllIn(run, subject, scripts, options),
        answer: (results) => `exit codes ${results.map(({ exitCode }) => exitCode).join(", ")}`,
      }),
  };
}

type Disturbing = "recreate" | "restart" | "stop" | "start" | "crash" | "scale" | "settled";

function makeDisturbances(ask: ServiceQuestions): Pick<ServiceHandle, Disturbing> {
  const { run, subject, label } = ask;
  const { service } = subject;
  return {
    recreate: () =>
      ask.disturbing(
        "recreate",
        (signal) => recreateService(run, subject, signal),
        `docker compose up -d --force-recreate -V ${service}`,
      ),
    restart: () =>
      ask.disturbing("restart", (signal) => restartService(run, subject, signal), `docker compose restart ${service}`),
    stop: () =>
      ask.whenReady({
        call: `${label}.stop`,
        reproduce: `time docker compose stop ${service}; docker compose ps -a ${service}`,
        ask: () => stopService(run, subject),
        answer: ({ exitCode, ms }) => `exit code ${exitCode} after ${ms} ms`,
      }),
    start: () =>
      ask.disturbing("start", (signal) => startService(run, subject, signal), `docker compose start ${service}`),
    crash: () => ask.disturbing("crash", () => crashService(run, subject), `docker compose exec ${service} kill -9 1`),
    scale: (replicas) =>
      ask.disturbing(
        `scale ${replicas}`,
        (signal) => scaleService(run, subject, replicas, signal),
        `docker compose up -d --scale ${service}=${replicas}`,
      ),
    settled: () =>
      ask.disturbing("settled", (signal) => run.settleAgain([service], signal), `docker compose ps -a ${service}`),
  };
}
