import { createInterface } from "node:readline";
import type { ContainerFacts } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import type { DeadlineClock } from "../deadline-clock.ts";
import { isNotFound } from "../faults.ts";
import { COMPOSE_LABELS, parseTime, rawOf, readContainer } from "./container-facts.ts";
import { UsageWatch } from "./usage.ts";

/** A container with what its inspect document does not say. */
export interface Observed extends ContainerFacts {
  /** Milliseconds, by the clock of deadlines, since it was first seen in this start; 0 while it does not run. */
  runningFor: number;
  /**
   * CPU time it used in the last look-back, as a share of one core; undefined until it has been looked at twice, and
   * where a health check says how it is.
   */
  busy: number | undefined;
  /** Milliseconds of CPU time since its start, where `busy` is looked at; else 0. */
  used: number;
  /** Milliseconds of its last run that ended; 0 when none did, or nobody saw it begin. */
  lived: number;
}

export interface History {
  startedAt: number;
  healthyAt: number | undefined;
}

/** Judged again after this many ms when no event came: the stable window and CPU use have no events. */
const TICK = 60;
/** How busy a container is matters up to this many ms after its start: then it counts as started. */
export const STARTING = 10_000;
/** A look older than this many ms is not trusted although no event came: the stream of events may be lost. */
const STALE = 400;

/** One start of a container. */
const keyOf = ({ id, startedAt }: ContainerFacts): string => `${id} ${startedAt}`;

/** A container in another one's namespace (`network_mode: service:x`) is reached by that one's addresses. */
function shareNetworks(containers: Observed[]): void {
  for (const container of containers) {
    const owner = /^container:(.+)$/.exec(rawOf(container).HostConfig.NetworkMode ?? "")?.[1];
    const found = containers.find(({ id }) => id === owner);
    if (found !== undefined) rawOf(container).NetworkSettings.Networks = rawOf(found).NetworkSettings.Networks;
  }
}

/**
 * The containers of one Compose project, from the engine's events and inspect. Found by label, never by name.
 * It looks only while somebody waits or an event came in.
 */
export class StackWatch {
  readonly #docker: Dockerode;
  readonly #project: string;
  readonly #clock: DeadlineClock;
  readonly #told: { event(line: string): void; lost(): void };
  readonly #firstSeen = new Map<string, number>();
  readonly #usage: UsageWatch;
  readonly #runs = new Map<string, { startedAt: number; lived: number }>();
  readonly #history = new Map<string, History>();
  readonly #wakers = new Set<() => void>();
  #events: { destroy(): void } | undefined;
  #closed = false;
  #changed = true;
  #last: { at: number; containers: Observed[] } | undefined;
  #looking: Promise<Observed[]> | undefined;
  #queued: Promise<Observed[]> | undefined;

  constructor(
    docker: Dockerode,
    project: string,
    clock: DeadlineClock,
    told: { event(line: string): void; lost(): void },
  ) {
    this.#docker = docker;
    this.#clock = clock;
    this.#usage = new UsageWatch(docker, () => {
      this.#changed = true;
    });
    this.#project = project;
    this.#told = told;
  }

  /** Begins to listen to events. Without it everything works, only more slowly. */
  async open(): Promise<void> {
    const stream = (await this.#docker.getEvents({
      filters: JSON.stringify({ type: ["container"], label: [`${COMPOSE_LABELS.project}=${this.#project}`] }),
    })) as NodeJS.ReadableStream & { destroy(): void };
    if (this.#closed) return stream.destroy();
    this.#events = stream;
    const lost = () => {
      if (!this.#closed) this.#told.lost();
    };
    stream.on("error", lost);
    stream.on("end", lost);
    stream.on("close", lost);
    // An event may come in two pieces. An error of the stream is passed on, and would be nobody's.
    const lines = createInterface({ input: stream }).on("error", lost);
    lines.on("line", (line) => {
      this.#told.event(line);
      // An exec of a health check is an event too, several a second.
      if (!/"Action":"(start|die|health_status|oom|destroy|create|stop)/.test(line)) return;
      this.#changed = true;
      for (const wake of this.#wakers) wake();
      // First healthy times must be kept although nobody waits: the engine remembers five probes only.
      if (this.#wakers.size === 0) this.look().catch(() => undefined);
    });
  }

  close(): void {
    this.#closed = true;
    this.#events?.destroy();
    for (const wake of this.#wakers) wake();
  }

  /** First start and first success of the health check of each service, as the engine stamped them. */
  get history(): ReadonlyMap<string, History> {
    return this.#history;
  }

  /**
   * All containers of the project, one-offs excluded. The look begins after the call; all who ask while another one is
   * under way share the next.
   */
  look(): Promise<Observed[]> {
    if (this.#looking === undefined) return this.#begin();
    const begin = () => {
      this.#queued = undefined;
      return this.#begin();
    };
    this.#queued ??= this.#looking.then(begin, begin);
    return this.#queued;
  }

  /** The last look with its clocks moved on, or a new one where something changed since. */
  async #glance(): Promise<Observed[]> {
    const last = this.#last;
    if (last === undefined || this.#changed || performance.now() - last.at > STALE) return this.look();
    return Promise.all(last.containers.map((container) => this.#age(container)));
  }

  #begin(): Promise<Observed[]> {
    this.#changed = false;
    const looking = this.#lookOnce().finally(() => {
      if (this.#looking === looking) this.#looking = undefined;
    });
    this.#looking = looking;
    return looking;
  }

  /**
   * Asks `judge` at each event, and at least every 60 ms, until it gives a value; undefined when `seconds` of the clock
   * are over. Rejects with the signal's reason.
   */
  async until<T>(
    judge: (containers: Observed[]) => T | undefined | Promise<T | undefined>,
    options: { signal: AbortSignal; seconds: number },
  ): Promise<T | undefined> {
    const end = this.#clock.now() + options.seconds * 1000;
    // What was seen before the call may be from before what the caller has just done.
    let fresh = true;
    for (;;) {
      options.signal.throwIfAborted();
      const value = await judge(await (fresh ? this.look() : this.#glance()));
      fresh = false;
      if (value !== undefined) return value;
      if (this.#clock.now() >= end) return undefined;
      await this.#nextChange(options.signal);
    }
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, TICK);
      this.#wakers.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  async #lookOnce(): Promise<Observed[]> {
    const listed = await this.#docker.listContainers({
      all: true,
      filters: JSON.stringify({
        label: [`${COMPOSE_LABELS.project}=${this.#project}`, `${COMPOSE_LABELS.oneOff}=False`],
      }),
    });
    const seen = await Promise.all(listed.map(({ Id }) => this.#observe(Id)));
    const containers = seen
      .filter((container) => container !== undefined)
      .sort((a, b) => a.service.localeCompare(b.service) || a.replica - b.replica);
    shareNetworks(containers);
    this.#last = { at: performance.now(), containers };
    return containers;
  }

  async #observe(id: string): Promise<Observed | undefined> {
    try {
      const facts = readContainer(await this.#docker.getContainer(id).inspect());
      this.#remember(facts);
      return await this.#age({ ...facts, runningFor: 0, busy: undefined, used: 0, lived: this.#lastRun(facts) });
    } catch (error) {
      if (isNotFound(error)) return undefined; // removed between list and inspect
      throw error;
    }
  }

  /** The container with how long it runs by now, and what it does while it may still be starting. */
  async #age(container: Observed): Promise<Observed> {
    if (container.state !== "running") return container;
    const key = keyOf(container);
    const now = this.#clock.now();
    const since = this.#firstSeen.get(key) ?? now;
    this.#firstSeen.set(key, since);
    const starting = container.health === "none" && now - since < STARTING;
    const { busy, total } = starting ? await this.#usage.look(container.id, key) : { busy: undefined, total: 0 };
    return { ...container, runningFor: now - since, busy, used: total };
  }

  /** `Observed.busy`, looked at now. */
  async busyOf(container: ContainerFacts): Promise<number | undefined> {
    return (await this.#usage.look(container.id, keyOf(container))).busy;
  }

  /** `finishedAt` is of this start, or of the one before while this one goes on. */
  #lastRun({ id, startedAt, finishedAt = 0 }: ContainerFacts): number {
    const known = this.#runs.get(id) ?? { startedAt, lived: 0 };
    const begun = finishedAt > startedAt ? startedAt : known.startedAt;
    const lived = begun === startedAt && finishedAt <= startedAt ? known.lived : Math.max(0, finishedAt - begun);
    this.#runs.set(id, { startedAt, lived });
    return lived;
  }

  #remember(facts: ContainerFacts): void {
    if (facts.startedAt === 0) return;
    const known = this.#history.get(facts.service);
    const success = rawOf(facts).State.Health?.Log?.find((entry) => entry.ExitCode === 0);
    const healthyAt = known?.healthyAt ?? parseTime(success?.End);
    this.#history.set(facts.service, {
      startedAt: Math.min(known?.startedAt ?? facts.startedAt, facts.startedAt),
      healthyAt,
    });
  }
}
