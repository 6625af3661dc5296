import { CheckFailure, type Failure, type LabError, type RunModel } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import type { DeadlineClock } from "../deadline-clock.ts";
import type { PendingUp } from "./bring-up.ts";
import { explainCause } from "./causes.ts";
import { expectationOf, judgeService, type ServiceState } from "./judge.ts";
import { lateLooks } from "./late-looks.ts";
import { explainUpFailure } from "./start-failure.ts";
import { inStudentWords } from "./student-words.ts";
import type { Observed, StackWatch } from "./watch.ts";

export interface Settling {
  docker: Dockerode;
  clock: DeadlineClock;
  watch: StackWatch;
  runModel: RunModel;
  /** Numbers of containers that differ from the model's, after `scale`. */
  replicas: ReadonlyMap<string, number>;
  /** Restarts that we caused ourselves, by container. */
  forgiven: ReadonlyMap<string, number>;
  /** Why the grader itself killed a container, by its id. */
  killed: ReadonlyMap<string, Failure>;
  signal: AbortSignal;
}

export type Decision = { settled: true } | { settled: false; error: CheckFailure | LabError };

/**
 * Waits until each of `services` is decided and tells each decision at once. A service that can never start because
 * another one failed is decided with that one's failure, which is the cause.
 */
export async function settle(
  settling: Settling,
  services: string[],
  decide: (service: string, decision: Decision) => void,
  pending?: Pick<PendingUp, "ended">,
): Promise<void> {
  const { watch, runModel, signal } = settling;
  const open = new Set(services);
  const failed = new Map<string, CheckFailure | LabError>();
  let last = new Map<string, ServiceState>();
  const fail = (name: string, thrown: CheckFailure | LabError) => {
    const error = inStudentWords(runModel, thrown);
    failed.set(name, error);
    open.delete(name);
    decide(name, { settled: false, error });
  };
  const look = async (containers: Observed[]): Promise<true | undefined> => {
    // Asked before the states are judged, so that a container that failed just before is seen with its own cause.
    const end = await pending?.ended();
    const current = end === undefined ? containers : await watch.look();
    last = judgeAll(settling, open, current);
    for (const [name, state] of last) {
      if (state.state === "failed") fail(name, await explainCause(settling.docker, state.cause, settling.killed));
      if (state.state !== "settled") continue;
      open.delete(name);
      decide(name, { settled: true });
    }
    for (const { name, error } of blockedBy(runModel, open, failed)) fail(name, error);
    if (end !== undefined) {
      const [cause] = failed.values();
      for (const name of [...open]) {
        const created = current.some((container) => container.service === name);
        if (end.exitCode !== 0) fail(name, cause ?? explainUpFailure(end.output, end.exitCode));
        else if (!created) fail(name, explainUpFailure(`${end.output}\nno container of ${name} was made`, 0));
      }
    }
    return open.size === 0 ? true : undefined;
  };
  for (const { name, error } of lateLooks(runModel, open)) fail(name, error);
  if (open.size === 0) return;
  const done = await watch.until(look, { signal, seconds: runModel.limits.settle });
  if (done !== undefined) return;
  for (const name of [...open]) fail(name, await explainWaiting(settling, name, last.get(name)));
}

function judgeAll(settling: Settling, names: Iterable<string>, containers: Observed[]): Map<string, ServiceState> {
  const states = new Map<string, ServiceState>();
  for (const name of names) {
    const expectation = expectationOf(settling.runModel, name, settling.replicas, settling.forgiven);
    if (expectation === undefined) continue;
    const own = containers.filter((container) => container.service === name);
    states.set(name, judgeService(expectation, own, settling.clock.overloaded));
  }
  return states;
}

/** Open services that wait for the health or the end of one that failed, and so will never start. */
function blockedBy(
  runModel: RunModel,
  open: ReadonlySet<string>,
  failed: ReadonlyMap<string, CheckFailure | LabError>,
) {
  return [...open].flatMap((name) => {
    const needs = Object.entries(runModel.compose.services[name]?.depends_on ?? {});
    const cause = needs.find(([other, { condition }]) => condition !== "service_started" && failed.has(other));
    const error = cause === undefined ? undefined : failed.get(cause[0]);
    return error === undefined ? [] : [{ name, error }];
  });
}

async function explainWaiting(
  settling: Settling,
  name: string,
  state: ServiceState | undefined,
): Promise<CheckFailure> {
  const seconds = settling.runModel.limits.settle;
  const why = state?.state === "waiting" ? state.why : "in no known state";
  const unhealthy = why.includes("health check");
  return new CheckFailure({
    code: "SERVICE_NEVER_HEALTHY",
    found: `\`${name}\` was not ready after ${seconds} s: ${why}`,
    expected: `\`${name}\` is healthy, or runs steadily where it has no health check, within ${seconds} s`,
    at: unhealthy ? `services.${name}.healthcheck` : `services.${name}`,
    hint: unhealthy
      ? "Run the health check's own command inside the container and see what it says."
      : "Look at what it waits for (`depends_on`) and at its log.",
    reproduce: unhealthy
      ? `docker inspect --format '{{json .State.Health}}' $(docker compose ps -q ${name})`
      : `docker compose ps -a && docker compose logs ${name}`,
  });
}
