import type { RunModel, RunService } from "@compose-labs/lab";
import { rawOf } from "./container-facts.ts";
import { type Observed, STARTING } from "./watch.ts";

/** Why a service will not settle any more, as it was observed. */
export type Cause =
  | { kind: "crashed" | "exited" | "oom" | "not-found" | "loop" | "unhealthy"; container: Observed }
  | { kind: "no-tool"; container: Observed; tool: string }
  | { kind: "not-started"; container: Observed; error: string };

export type ServiceState = { state: "settled" } | { state: "waiting"; why: string } | { state: "failed"; cause: Cause };

export interface Expectation {
  service: RunService;
  /** Containers that must be there. */
  replicas: number;
  /** Others wait for it to end with 0. */
  awaited: boolean;
  /** Restarts that we caused ourselves, per container. */
  forgiven: ReadonlyMap<string, number>;
}

/** Least time in ms that a container without a health check must have run. */
const STABLE = 300;
/** The same where it may be a job whose end the restart policy hides: neither port nor health check tells a server. */
const STABLE_JOB = 1_000;
/** A container that ended and was started again must run this many times as long as before … */
const OUTLIVES = 2;
/** … unless that was so long, in ms, that the engine, too, takes a start for a success and forgets its back-off. */
const SUCCESS = 10_000;
/**
 * It is still starting while it uses more of a core than this, until it has used `STARTED` ms of CPU time: on a busy
 * machine that takes longer than on an idle one.
 */
const BUSY = 0.05;
const STARTED = 3_000;
/** Engine restarts after which a service that never settled is called a loop: 0.1 + 0.2 + 0.4 s of back-off. */
const LOOPS = 3;

/**
 * The state of one service from one look at its containers. Pure; the one place that says what "settled" means:
 * healthy; or running, stable and quiet where there is no health check; or ended with 0 where it is a one-shot. On a
 * machine that is `overloaded` a health check that fails may have had no time to succeed, and is waited for.
 */
export function judgeService(expected: Expectation, containers: Observed[], overloaded = false): ServiceState {
  const states = containers.map((container) => judgeContainer(expected, container, overloaded));
  const failed = states.find((state) => state.state === "failed");
  if (failed !== undefined) return failed;
  if (containers.length < expected.replicas) {
    return {
      state: "waiting",
      why: containers.length === 0 ? "not created yet" : `${containers.length} of ${expected.replicas} created`,
    };
  }
  return states.find((state) => state.state === "waiting") ?? { state: "settled" };
}

function judgeContainer(expected: Expectation, container: Observed, overloaded: boolean): ServiceState {
  const failed = (cause: Cause): ServiceState => ({ state: "failed", cause });
  const raw = rawOf(container);
  const restarts = container.restartCount - (expected.forgiven.get(container.id) ?? 0);
  if (
    restarts >= LOOPS &&
    container.health !== "healthy" &&
    (container.state === "restarting" || container.runningFor < 1_000)
  ) {
    return failed({ kind: "loop", container });
  }
  switch (container.state) {
    case "created":
      if (raw.State.Error) return failed(notStarted(container, raw.State.Error));
      return { state: "waiting", why: "created, not started yet" };
    case "exited":
    case "dead":
      return judgeEnd(expected, container, raw.State.Error ?? "");
    case "running":
      // A pause of a one-shot is not the quiet of a server.
      if (expected.awaited) return { state: "waiting", why: "running, others wait for its end" };
      return judgeRunning(container, stableAfter(expected.service, container, restarts), overloaded);
    default:
      return { state: "waiting", why: container.state };
  }
}

function judgeEnd(expected: Expectation, container: Observed, error: string): ServiceState {
  if (error !== "") return { state: "failed", cause: notStarted(container, error) };
  if (container.exitCode === 0) {
    return isOneShot(expected) ? { state: "settled" } : { state: "failed", cause: { kind: "exited", container } };
  }
  const kind = container.oomKilled
    ? "oom"
    : container.exitCode === 127 || container.exitCode === 126
      ? "not-found"
      : "crashed";
  return { state: "failed", cause: { kind, container } };
}

function notStarted(container: Observed, error: string): Cause {
  if (/executable file not found|exec: "[^"]*": stat .*no such file|no such file or directory: unknown/.test(error)) {
    return { kind: "not-found", container };
  }
  return { kind: "not-started", container, error };
}

/** Time in ms after which a run without a health check is taken for one that lasts. */
function stableAfter(service: RunService, { lived }: Observed, restarts: number): number {
  const mayBeJob = service.restart !== "no" && service.ports.length === 0;
  const least = mayBeJob ? STABLE_JOB : STABLE;
  return restarts > 0 && lived < SUCCESS ? Math.max(least, Math.min(OUTLIVES * lived, SUCCESS)) : least;
}

/** A service that is meant to end: others wait for its end, or nothing about it asks for it to stay. */
function isOneShot({ service, awaited }: Pick<Expectation, "service" | "awaited">): boolean {
  // Whatever waits for its end, the engine starts it again and again.
  const staysUp = service.restart === "always" || service.restart === "unless-stopped";
  if (awaited) return !staysUp;
  return service.health === undefined && service.ports.length === 0 && !staysUp;
}

function judgeRunning(container: Observed, stable: number, overloaded: boolean): ServiceState {
  switch (container.health) {
    case "healthy":
      return { state: "settled" };
    case "unhealthy":
    case "starting": {
      const tool = missingTool(container);
      if (tool !== undefined) return { state: "failed", cause: { kind: "no-tool", container, tool } };
      if (container.health === "starting") {
        return { state: "waiting", why: "running, its health check has not succeeded yet" };
      }
      return overloaded
        ? { state: "waiting", why: "unhealthy, its health check fails" }
        : { state: "failed", cause: { kind: "unhealthy", container } };
    }
    default: {
      const steady = container.runningFor >= stable && container.busy !== undefined && container.busy < BUSY;
      const started = container.runningFor >= stable && container.used >= STARTED;
      if (steady || started || container.runningFor >= STARTING) return { state: "settled" };
      return { state: "waiting", why: "running, not stable yet" };
    }
  }
}

/** The program that a health check calls and the image lacks: it can never succeed, so no retry is worth waiting for. */
function missingTool(container: Observed): string | undefined {
  const failures = (rawOf(container).State.Health?.Log ?? []).filter((entry) => entry.ExitCode !== 0);
  if (failures.length < 2) return undefined;
  const tools = failures.map(
    ({ Output }) =>
      /exec: "([^"]+)": (?:executable file not found|stat )/.exec(Output)?.[1] ??
      /(?:^|[\s:])([\w./-]+): (?:command )?not found/m.exec(Output)?.[1],
  );
  return tools.every((tool) => tool !== undefined) ? tools[0] : undefined;
}

/** What is expected of each service of the run that is started. */
export function expectationOf(
  runModel: RunModel,
  name: string,
  replicas: ReadonlyMap<string, number>,
  forgiven: ReadonlyMap<string, number>,
): Expectation | undefined {
  const service = runModel.services[name];
  if (service === undefined) return undefined;
  const awaited = Object.values(runModel.compose.services).some(
    (other) => other.depends_on?.[name]?.condition === "service_completed_successfully",
  );
  return { service, replicas: replicas.get(name) ?? service.replicas, awaited, forgiven };
}
