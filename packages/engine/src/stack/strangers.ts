import { faultError, type LabError } from "@compose-labs/lab";
import { COMPOSE_LABELS } from "./container-facts.ts";

/** After an act of ours its events may still be under way for this many ms. */
const LAG = 1_000;

/**
 * Tells what the grader does to a run's containers from what anybody else does: a container that another one kills or
 * removes must not be counted against the student. A crash from within is no such event.
 */
export class Strangers {
  readonly #report: (fault: LabError) => void;
  readonly #isOurs: (containerId: string) => boolean;
  readonly #made = new Set<string>();
  #acts = 0;

  /** `isOurs` knows the containers that the grader kills on its own account. */
  constructor(report: (fault: LabError) => void, isOurs: (containerId: string) => boolean) {
    this.#report = report;
    this.#isOurs = isOurs;
  }

  /** Does something that stops or removes containers of the run. */
  async act<T>(work: () => Promise<T>): Promise<T> {
    this.#acts++;
    try {
      return await work();
    } finally {
      setTimeout(() => this.#acts--, LAG).unref();
    }
  }

  /** Reads one line of the engine's stream of events. */
  read(line: string): void {
    if (!/"Action":"(?:create|kill|destroy)"/.test(line)) return;
    const event = parse(line);
    if (event === undefined) return;
    const { Action, Actor } = event;
    if (Action === "create") this.#made.add(Actor.ID);
    // What the engine could not create (a volume over a file) it destroys itself, and says only that.
    if (this.#acts > 0 || Action === "create" || (Action === "destroy" && !this.#made.has(Actor.ID))) return;
    if (Actor.Attributes[COMPOSE_LABELS.oneOff] !== "False" || this.#isOurs(Actor.ID)) return;
    const what = Action === "destroy" ? "removed" : "stopped or killed";
    this.#report(
      faultError(
        "STACK_DISTURBED",
        `a container of \`${Actor.Attributes[COMPOSE_LABELS.service]}\` was ${what} by somebody else during the run`,
        {
          hint: "Another program (or a person, or a restart of the engine) touched the stack. Run it again; no points are lost.",
        },
      ),
    );
  }
}

interface ContainerEvent {
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
}

/** Undefined for half a line, which is the last that an engine sends when it is killed. */
function parse(line: string): ContainerEvent | undefined {
  try {
    return JSON.parse(line) as ContainerEvent;
  } catch {
    return undefined;
  }
}
