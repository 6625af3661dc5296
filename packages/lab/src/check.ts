import type { CheckContext } from "./context.ts";
import { closest } from "./spelling.ts";

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
  /** Of `hidden.ts`: the student edition is without it. */
  hidden: boolean;
}

/** The checks of one lab, in the order in which they are reported. */
export interface Rubric {
  checks: Check[];
  /** Checks of the lab that are not here: those of `hidden.ts` in the student edition. */
  elsewhere?: { checks: number; points: number };
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
  define({ check: adderTo(checks, [], false) });
  if (checks.length === 0) throw new TypeError("defineChecks() defined no check: call check() at least once");
  return { checks };
}

/**
 * The default export of a lab's `hidden.ts`: checks that run where the course grades, and that students do not have.
 * `open` gives a check of `checks.ts` by its id, to be named in `needs`.
 *
 * ```ts
 * import open from "./checks.ts";
 * export default defineHiddenChecks(open, ({ check, open }) => {
 *   check("survives-twice", { title: "The data survives a second time", points: 10, needs: [open("survives")] }, …);
 * });
 * ```
 *
 * Throws as `defineChecks` does, and for an id that `checks.ts` has too, or has not where `open` asks for it.
 */
export function defineHiddenChecks(
  rubric: Rubric,
  define: (api: { check: AddCheck; open: (id: string) => Check }) => void,
): Rubric {
  const checks: Check[] = [];
  const open = (id: string): Check => {
    const found = rubric.checks.find((check) => check.id === id);
    if (found !== undefined) return found;
    const near = closest(
      id,
      rubric.checks.map((check) => check.id),
    );
    const hint = near === undefined ? "name a check of checks.ts" : `did you mean "${near}"?`;
    throw new TypeError(`found no check "${id}" in checks.ts: ${hint}`);
  };
  define({ check: adderTo(checks, rubric.checks, true), open });
  if (checks.length === 0)
    throw new TypeError("defineHiddenChecks() defined no check: remove hidden.ts, or call check()");
  return { checks };
}

function adderTo(checks: Check[], earlier: readonly Check[], hidden: boolean): AddCheck {
  return (id, options, body) => {
    const known = [...earlier, ...checks];
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
      throw new TypeError(
        `check id "${id}" is not kebab-case: use lower-case words joined by hyphens, such as "db-hidden"`,
      );
    }
    if (known.some((other) => other.id === id)) {
      throw new TypeError(`check id "${id}" is used twice: give each check its own id`);
    }
    if (!Number.isInteger(options.points) || options.points < 1) {
      throw new TypeError(`check "${id}" has ${options.points} points: use a whole number of at least 1`);
    }
    for (const need of options.needs ?? []) {
      if (!known.includes(need)) {
        throw new TypeError(
          `check "${id}" needs a check that is not defined before it: pass the value that check() returned`,
        );
      }
    }
    const { at, needs = [], hints = [], disturbs = false, timeout = 20, title, points } = options;
    const added: Check = { id, title, points, needs, hints, disturbs, timeout, at, body, hidden };
    checks.push(added);
    return added;
  };
}
