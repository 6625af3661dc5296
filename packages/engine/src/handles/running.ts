import { CheckFailure, type Failure, faultError } from "@compose-labs/lab";
import { statusCode } from "../faults.ts";
import type { JobAnswer } from "../probes/agent.ts";
import type { ProbeKind } from "../probes/probe.ts";
import type { RunContext } from "../run-context.ts";
import { explainCause } from "../stack/causes.ts";
import { describeState } from "../stack/container-facts.ts";
import { expectationOf, judgeService } from "../stack/judge.ts";
import type { Observed } from "../stack/watch.ts";

/** A service, or one replica of it. */
export interface Subject {
  service: string;
  /** The lowest number when undefined. */
  replica: number | undefined;
}

export function nameSubject({ service, replica }: Subject): string {
  return replica === undefined ? service : `${service}[${replica}]`;
}

/** The subject's container, running or not. Fails with `SERVICE_NOT_CREATED`. */
export async function findContainer(run: RunContext, subject: Subject): Promise<Observed> {
  const containers = await run.containersOf(subject.service);
  const { replica, service } = subject;
  const found = replica === undefined ? containers[0] : containers.find((container) => container.replica === replica);
  if (found !== undefined) return found;
  const inactive = !run.active.includes(service);
  throw new CheckFailure({
    code: "SERVICE_NOT_CREATED",
    found:
      replica === undefined ? `no container of \`${service}\`` : `no container number ${replica} of \`${service}\``,
    expected: `a container of \`${service}\``,
    at: `services.${service}`,
    ...(inactive ? { hint: "Its profile keeps it out of a plain `docker compose up`." } : {}),
    reproduce: "docker compose ps -a",
  });
}

/** The subject's container, which must run; fails with why it does not. */
export async function findRunning(run: RunContext, subject: Subject): Promise<Observed> {
  const container = await findContainer(run, subject);
  if (container.state === "running") return container;
  const { service } = subject;
  const expectation = expectationOf(run.runModel, service, new Map([[service, 1]]), run.forgiven);
  const state =
    expectation === undefined || run.stopped.has(service) ? undefined : judgeService(expectation, [container]);
  if (state?.state === "failed") throw await explainCause(run.docker, state.cause, run.killed);
  throw new CheckFailure(notRunning(service, describeState(container)));
}

function notRunning(service: string, state: string): Failure {
  return {
    code: "SERVICE_NOT_RUNNING",
    found: `\`${service}\` is not running: ${state}`,
    expected: `a running container of \`${service}\``,
    at: `services.${service}`,
    reproduce: `docker compose ps -a ${service}`,
  };
}

/**
 * Runs a script in the grader's probe beside the subject's container. When the container ends or restarts under it,
 * the failure is the service's; when the probe itself breaks, it is a fault.
 */
export async function runProbe(
  run: RunContext,
  subject: Subject,
  kind: ProbeKind,
  script: string,
  seconds: number,
): Promise<JobAnswer> {
  for (let tries = 1; ; tries++) {
    const container = await findRunning(run, subject);
    try {
      const probe = await run.probes.get(kind, container);
      return await probe.run(script, seconds);
    } catch (error) {
      run.signal.throwIfAborted();
      const now = await findRunning(run, subject);
      const sameStart = now.id === container.id && now.startedAt === container.startedAt;
      if (sameStart || tries > 2) throw explainProbe(error, subject);
    }
  }
}

function explainProbe(error: unknown, subject: Subject): Error {
  if (statusCode(error) === 404) {
    return faultError("PROBE_IMAGE_MISSING", "the image of the grader's own probes is not on this engine", {
      hint: "Run `grader images`, then `grader images pull` or `grader images build`.",
      cause: error,
    });
  }
  if (error instanceof Error && error.name === "LabError") return error;
  return faultError(
    "PROBE_FAILED",
    `the grader's own probe beside ${nameSubject(subject)} could not be started: ${String(error)}`,
    {
      hint: "Run again; if it stays, `grader doctor` examines the engine.",
      cause: error,
    },
  );
}
