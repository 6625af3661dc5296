import type { CheckContext } from "./context.ts";

export interface CheckOptions {
  /** The sentence the student sees: what must be true. */
  title: string;
  /** Whole points, at least 1. */
  points: number;
  /** Checks that must pass first; when one does not, this check is `blocked`. */
  needs?: Check[];
  /** Where a failure points to when it names no place itself: a path into the canonical model, `services.db.networks`. */
  at?: string;
  /** In rising detail; the first must not give the solution away. */
  hints?: string[];
  /** Crashes, restarts, recreates or scales: runs alone, after the observers, and leaves the stack settled. */
  disturbs?: boolean;
  /** Seconds the check may take once build and start are over. Default 20. */
  timeout?: number;
}

/** Resolves when the check passes; throws a `CheckFailure` (`fail`, `ensure`, any handle) when it does not. */
export type CheckBody = (context: CheckContext) => void | Promise<void>;

export interface Check extends Required<Omit<CheckOptions, "at">> {
  id: string;
  at: string | undefined;
  body: CheckBody;
}

/** The checks of one lab, in the order in which they are reported. */
export interface Rubric {
  checks: Check[];
}

export type AddCheck = (id: string, options: CheckOptions, body: CheckBody) => Check;

/**
 * The default export of a lab's `checks.ts`.
 *
 * ```ts
 * export default defineChecks(({ check }) => {
 *   const settled = check("stack-settled", { title: "Every service starts and stays up", points: 5 },
 *     ({ stack }) => stack.settled());
 * });
 * ```
 *
 * Throws a `TypeError` at once for an id that is not kebab-case or used twice, for points that are not a
 * positive whole number, and for a need that is not one of the checks before it (so needs cannot form a cycle).
 */
export function defineChecks(define: (api: { check: AddCheck }) => void): Rubric {
  const checks: Check[] = [];
  const check: AddCheck = (id, options, body) => {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
      throw new TypeError(
        `check id "${id}" is not kebab-case: use lower-case words joined by hyphens, such as "db-hidden"`,
      );
    }
    if (checks.some((other) => other.id === id)) {
      throw new TypeError(`check id "${id}" is used twice: give each check its own id`);
    }
    if (!Number.isInteger(options.points) || options.points < 1) {
      throw new TypeError(`check "${id}" has ${options.points} points: use a whole number of at least 1`);
    }
    for (const need of options.needs ?? []) {
      if (!checks.includes(need)) {
        throw new TypeError(
          `check "${id}" needs a check that is not defined before it: pass the value that check() returned`,
        );
      }
    }
    const { at, needs = [], hints = [], disturbs = false, timeout = 20, title, points } = options;
    const added: Check = { id, title, points, needs, hints, disturbs, timeout, at, body };
    checks.push(added);
    return added;
  };
  define({ check });
  if (checks.length === 0) throw new TypeError("defineChecks() defined no check: call check() at least once");
  return { checks };
}
