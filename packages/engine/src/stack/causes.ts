import { setTimeout as delay } from "node:timers/promises";
import { CheckFailure, type Failure } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { rawOf } from "./container-facts.ts";
import type { Cause } from "./judge.ts";
import { lastLines, readLogs } from "./logs.ts";
import type { Observed } from "./watch.ts";

const LOG_LINES = 20;

/** The check failure for a cause, with the service's last log lines. */
export async function explainCause(
  docker: Dockerode,
  cause: Cause,
  killed: ReadonlyMap<string, Failure>,
): Promise<CheckFailure> {
  const { container } = cause;
  const bound = killed.get(container.id);
  if (bound !== undefined) return new CheckFailure(bound);
  if (cause.kind === "crashed" && container.exitCode === 137 && (await wasOutOfMemory(docker, container.id))) {
    return explainCause(docker, { kind: "oom", container }, killed);
  }
  const log = await readLogs(docker, { id: container.id, tty: rawOf(container).Config.Tty }, LOG_LINES).catch(() => "");
  const failure = describeCause(cause, log);
  return new CheckFailure({
    at: `services.${container.service}`,
    reproduce: `docker compose logs ${container.service}`,
    ...failure,
    ...(log.trim() === "" || failure.log !== undefined ? {} : { log: lastLines(log, LOG_LINES) }),
  });
}

/** The engine hears of the end of a process and of the kernel's reason by two ways, and the reason may come second. */
async function wasOutOfMemory(docker: Dockerode, id: string): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    await delay(50);
    const { State } = await docker.getContainer(id).inspect();
    if (State.OOMKilled) return true;
  }
  return false;
}

/** Cause to words. `log` is what the container wrote. */
export function describeCause(cause: Cause, log = ""): Failure {
  const { container } = cause;
  const name = `\`${container.service}\``;
  const lived = describeLife(container);
  switch (cause.kind) {
    case "crashed":
      return {
        code: "SERVICE_CRASHED",
        found: `${name} ended with exit code ${container.exitCode}${signalName(container.exitCode)}${lived}`,
        expected: `${name} starts and stays up`,
        hint: crashHint(container, log),
      };
    case "exited":
      return {
        code: "SERVICE_EXITED",
        found: `${name} ended by itself with exit code 0${lived}`,
        expected: `${name} keeps running, as a service with a port, a health check or a restart policy does`,
        hint: "A container lives as long as its main process: run the server in the foreground, not as a daemon or a shell that ends.",
        reproduce: `docker compose ps -a ${container.service}`,
      };
    case "oom":
      return {
        code: "SERVICE_OOM_KILLED",
        found: `${name} was killed by the kernel: it needed more memory than its limit of ${memoryLimit(container)}${lived}`,
        expected: `${name} runs within its memory limit`,
        hint: "Let the program use less memory, or raise the limit within what the lab allows.",
        reproduce: `docker inspect --format '{{.State.OOMKilled}}' $(docker compose ps -aq ${container.service})`,
      };
    case "not-found":
      return {
        code: "COMMAND_NOT_FOUND",
        found: `${name} could not run its command ${JSON.stringify(container.command.join(" "))}: ${commandError(container, log)}`,
        expected: "a command whose program is in the image and executable",
        hint: "Check the spelling and the path; a script needs its execute bit, an existing interpreter in `#!` and Unix line ends.",
        at: `services.${container.service}.command`,
      };
    case "loop":
      return {
        code: "SERVICE_RESTART_LOOP",
        found: `${name} ended and was restarted ${container.restartCount} times, last with exit code ${container.exitCode}${signalName(container.exitCode)}`,
        expected: `${name} starts and stays up`,
        hint: "The restart policy hides a crash at start; its log says why it ends.",
      };
    case "unhealthy": {
      const probe = lastProbe(container);
      return {
        code: "SERVICE_UNHEALTHY",
        found: `${name} is unhealthy: its health check failed ${probe.streak} times in a row, last with exit code ${probe.exitCode}${quote(probe.output)}`,
        expected: `the health check of ${name} succeeds`,
        hint: "Run the check's own command inside the container and see what it says.",
        at: `services.${container.service}.healthcheck`,
        reproduce: `docker inspect --format '{{json .State.Health}}' $(docker compose ps -q ${container.service})`,
      };
    }
    case "no-tool":
      return {
        code: "HEALTHCHECK_TOOL_MISSING",
        found: `the health check of ${name} calls \`${cause.tool}\`, which its image does not have`,
        expected: "a health check that uses what is in the image",
        hint: "Use the server's own client or a program of the image, or install the tool in the image.",
        at: `services.${container.service}.healthcheck`,
        reproduce: `docker compose exec ${container.service} ${cause.tool}`,
      };
    case "not-started":
      return {
        code: "START_FAILED",
        found: `the engine could not start ${name}: ${shortenEngineError(cause.error)}`,
        expected: `${name} can be started from its image with its mounts, user and networks`,
        reproduce: `docker compose up ${container.service}`,
      };
  }
}

function crashHint(container: Observed, log: string): string {
  if (log.trim() === "") return "It wrote nothing; look at its command and its files.";
  const { PidsLimit } = rawOf(container).HostConfig;
  if (PidsLimit && /(?:can't|cannot) fork|resource temporarily unavailable/i.test(log)) {
    return `It wanted more processes than its limit of ${PidsLimit}.`;
  }
  return "Its last log lines say why.";
}

function describeLife(container: Observed): string {
  const { startedAt, finishedAt } = container;
  if (finishedAt === undefined) return "";
  // A process that ends at once may have ended before the engine wrote its start down.
  const seconds = Math.max(0, finishedAt - startedAt) / 1000;
  return `, ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s after it started`;
}

function signalName(exitCode: number): string {
  const names: Record<number, string> = {
    132: "SIGILL",
    134: "SIGABRT",
    137: "SIGKILL",
    139: "SIGSEGV",
    143: "SIGTERM",
  };
  const name = names[exitCode];
  return name === undefined ? "" : ` (${name})`;
}

function memoryLimit(container: Observed): string {
  const bytes = rawOf(container).HostConfig.Memory ?? 0;
  return bytes > 0 ? `${Math.round(bytes / 1_048_576)} MiB` : "memory";
}

function commandError(container: Observed, log: string): string {
  const error = rawOf(container).State.Error ?? "";
  if (error !== "") return shortenEngineError(error);
  const line = lastLines(log, 1).trim();
  return line === "" ? `exit code ${container.exitCode}` : `${line} (exit code ${container.exitCode})`;
}

function lastProbe(container: Observed): { streak: number; exitCode: number; output: string } {
  const health = rawOf(container).State.Health;
  const last = health?.Log?.at(-1);
  return { streak: health?.FailingStreak ?? 0, exitCode: last?.ExitCode ?? 1, output: last?.Output ?? "" };
}

function quote(output: string): string {
  const line = lastLines(output, 1).trim().slice(0, 160);
  return line === "" ? "" : ` ("${line}")`;
}

/** The engine wraps the reason in the names of every layer it came through; the reason is what is left at the end. */
function shortenEngineError(error: string): string {
  return error
    .replace(/^.*?(?:OCI runtime create failed|failed to create shim task|Error response from daemon): /s, "")
    .replace(/^(?:OCI runtime create failed: )?runc create failed: /, "")
    .replace(/^unable to start container process: /, "")
    .replace(/: unknown$/, "")
    .trim()
    .slice(0, 300);
}
