/** Who made a resource and until when it may stand. Written as labels on everything of a run. */
export interface Owner {
  pid: number;
  /** See `startOf`. */
  pidStart: string;
  /** See `nameMachine`. */
  boot: string;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/** How long after its deadline a run is left to its owner, in milliseconds: it may be in the middle of its own clean-up. */
export const DEADLINE_MARGIN = 30_000;

const RUN_ID = /^[0-9a-f]{12}$/;

export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}

export type OwnerState = "alive" | "dead" | "overdue";

/**
 * `dead`: this machine says that the process is gone. `overdue`: the deadline and its margin have passed,
 * whoever owns it. Else `alive`, which is also assumed of every owner on another machine.
 */
export async function judgeOwner(
  owner: Owner,
  here: { boot: string; now: number; startOf: (pid: number) => Promise<string | undefined> },
): Promise<OwnerState> {
  if (owner.boot === here.boot) {
    const start = await here.startOf(owner.pid);
    if (start === undefined || start !== owner.pidStart) return "dead";
  }
  return here.now > owner.deadline + DEADLINE_MARGIN ? "overdue" : "alive";
}
