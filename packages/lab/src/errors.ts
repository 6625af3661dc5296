import type { Place } from "./place.ts";

/**
 * Whose turn it is to act on an error, which is also its exit code:
 * `usage` (2): the command line, the folder or the lab itself is wrong;
 * `fault` (3): the engine, the registry, the machine or the grader failed, never the student.
 */
export type ErrorKind = "usage" | "fault";

export interface LabErrorOptions {
  /** What to do next, as one or more imperative sentences. */
  hint?: string;
  place?: Place;
  cause?: unknown;
}

/** The one error class of the project: a stable code, what was found and expected, and what to do. */
export class LabError extends Error {
  override readonly name = "LabError";
  readonly kind: ErrorKind;
  /** Stable, upper snake case: `ENGINE_ABSENT`, `LAB_UNKNOWN`. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly place: Place | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.hint = options.hint;
    this.place = options.place;
  }
}

export function usageError(code: string, message: string, options?: LabErrorOptions): LabError {
  return new LabError("usage", code, message, options);
}

export function faultError(code: string, message: string, options?: LabErrorOptions): LabError {
  return new LabError("fault", code, message, options);
}
