import type Dockerode from "dockerode";
import { isNotFound } from "../faults.ts";

export interface Usage {
  at: number;
  /** Milliseconds of CPU time since the container's start. */
  total: number;
  /** Of it what was used since the last look, as a share of one core; undefined at the first, and where it is over. */
  busy: number | undefined;
}

/** Least distance in ms between two looks at a container's CPU time. */
const LOOK_BACK = 120;

/** How busy containers are, from two looks at their CPU time. */
export class UsageWatch {
  readonly #docker: Dockerode;
  readonly #onEnd: () => void;
  readonly #last = new Map<string, Usage>();

  /** `onEnd` is told that a container's start is over, which no event may have said yet. */
  constructor(docker: Dockerode, onEnd: () => void) {
    this.#docker = docker;
    this.#onEnd = onEnd;
  }

  /** What the container has used by now; `start` names one start of it. What does not run any more is not quiet. */
  async look(id: string, start: string): Promise<Usage> {
    const before = this.#last.get(start);
    if (before !== undefined && performance.now() - before.at < LOOK_BACK) return before;
    const stats = (await this.#docker
      .getContainer(id)
      .stats({ stream: false, "one-shot": true })
      .catch((error: unknown) => {
        if (isNotFound(error)) return {}; // removed since
        throw error;
      })) as Partial<Dockerode.ContainerStats>;
    const now = { at: performance.now(), total: (stats.cpu_stats?.cpu_usage?.total_usage ?? 0) / 1e6 };
    const busy = before === undefined ? undefined : shareOf(before, now);
    if (before !== undefined && busy === undefined) this.#onEnd();
    const usage = { ...now, busy };
    this.#last.set(start, usage);
    return usage;
  }
}

type Look = Pick<Usage, "at" | "total">;

/** Undefined where less was used than before: an ended container has used nothing, and one started again little. */
export function shareOf(before: Look, now: Look): number | undefined {
  return now.total < before.total ? undefined : (now.total - before.total) / (now.at - before.at);
}
