import { CheckFailure, faultError, LabError } from "@compose-labs/lab";

interface FaultRule {
  pattern: RegExp;
  code: string;
  message: string;
  hint: string;
}

/** What engines, Compose and BuildKit say when it is they, and not the submission, that cannot go on. */
const RULES: FaultRule[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    code: "DISK_FULL",
    message: "the engine's disk is full",
    hint: "Free space where the engine keeps its data (`docker system df` shows what uses it), then run again.",
  },
  {
    pattern:
      /all predefined address pools have been fully subnetted|could not find an available, non-overlapping IPv4 address pool|Pool overlaps with other one on this address space/i,
    code: "NETWORK_POOL_EXHAUSTED",
    message: "the engine has no free address range for another network",
    hint: "Remove networks that nobody uses (`docker network ls`; `grader clean` removes what dead runs left), then run again.",
  },
  {
    pattern:
      /cannot connect to the docker daemon|error during connect|is the docker daemon running|dial unix .*(no such file|connection refused)|ECONNREFUSED|ENOENT.*\.sock|ECONNRESET|EPIPE|socket hang up|error reading from server: EOF|^EOF$/i,
    code: "ENGINE_GONE",
    message: "the container engine stopped answering during the run",
    hint: "Check the engine with `docker info`, start it again, then repeat the run. No points were lost.",
  },
  {
    pattern: /permission denied while trying to connect|EACCES.*\.sock/i,
    code: "ENGINE_FORBIDDEN",
    message: "the container engine refuses this user",
    hint: "Add your user to the `docker` group and log in again, or use a rootless engine.",
  },
  {
    pattern: /port is already allocated|address already in use|ports are not available/i,
    code: "PORT_IN_USE",
    message: "a port that the engine chose for the run was taken by another program",
    hint: "Run again; if it happens often, look at what listens with `ss -ltn`.",
  },
  {
    pattern:
      /no such image|pull access denied|failed to resolve source metadata|failed to do request|manifest unknown|toomanyrequests/i,
    code: "IMAGE_UNAVAILABLE",
    message: "an image that the lab allows is not on this engine and cannot be had",
    hint: "Run `grader images` to see what is missing, then `grader images pull` or `grader images build`.",
  },
];

/** The fault that a tool's output names, or undefined when it names none of ours. */
export function faultInOutput(output: string): LabError | undefined {
  const rule = RULES.find((candidate) => candidate.pattern.test(output));
  if (rule === undefined) return undefined;
  const line = output.split("\n").find((candidate) => rule.pattern.test(candidate)) ?? output;
  return faultError(rule.code, `${rule.message}: ${line.trim().slice(0, 300)}`, { hint: rule.hint });
}

/**
 * An error as the grader may see it: check failures, our own errors and abort reasons as they are, what an engine's
 * client threw as a fault with a code. `doing` completes "while …".
 */
export function asFault(error: unknown, doing: string): Error {
  if (error instanceof CheckFailure || error instanceof LabError) return error;
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) return error;
  const text = describeError(error);
  const known = faultInOutput(text);
  if (known !== undefined) return faultError(known.code, `${known.message} (while ${doing})`, withHint(known, error));
  return faultError("ENGINE_ERROR", `the engine answered with an error while ${doing}: ${text.slice(0, 400)}`, {
    hint: "Run again; if it stays, `grader doctor` examines the engine.",
    cause: error,
  });
}

function withHint(known: LabError, cause: unknown): { hint?: string; cause: unknown } {
  return known.hint === undefined ? { cause } : { hint: known.hint, cause };
}

/** Code and message of what an API client threw. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? `${error.code} ` : "";
  return `${code}${error.message}`;
}

/** True for the engine's 404: the container, network, volume, image or path is not there. */
export function isNotFound(error: unknown): boolean {
  return statusCode(error) === 404;
}

/** HTTP status of an engine's error answer, or undefined. */
export function statusCode(error: unknown): number | undefined {
  if (error instanceof Error && "statusCode" in error && typeof error.statusCode === "number") return error.statusCode;
  return undefined;
}

/** The engine ended its stream of events: it was stopped, restarted or killed. */
export function engineLost(): LabError {
  return faultError("ENGINE_GONE", "the container engine stopped or was restarted during the run", {
    hint: "Check the engine with `docker info`, then repeat the run. No points were lost.",
  });
}
