import type { Place } from "./place.ts";

/** Why a check did not pass, as data. Everything a student is shown of it is in here. */
export interface Failure {
  /** Stable diagnosis code with a page in `docs/diagnoses/`, such as `NET_LOOPBACK_BIND`. */
  code: string;
  /** What was observed, as a sentence fragment that can follow "found". */
  found: string;
  /** What must be true instead. */
  expected: string;
  /** Path into the canonical model (`services.db.networks`) that the place is looked up from. */
  at?: string;
  /** The place itself, where the caller knows it (a Dockerfile line). Wins over `at`. */
  place?: Place;
  /** Advice that depends on what was observed; shown before the check's own hints. */
  hint?: string;
  /** A command that shows the student the same thing. */
  reproduce?: string;
  /** Last log lines or tool output that belong to the failure, already bounded. */
  log?: string;
}

/** Thrown by handles and checks to fail a check. Anything else that a check throws is a fault of ours. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.code}: found ${failure.found}; expected ${failure.expected}`);
    this.failure = failure;
  }
}

/** Fails the running check. */
export function fail(failure: Failure): never {
  throw new CheckFailure(failure);
}

/** Fails the running check unless `condition` holds. */
export function ensure(condition: unknown, failure: Failure): asserts condition {
  if (!condition) throw new CheckFailure(failure);
}
