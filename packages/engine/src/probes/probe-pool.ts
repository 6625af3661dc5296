import type Dockerode from "dockerode";
import { Probe, type ProbeKind } from "./probe.ts";

/** Who is looked into: a container in one of its starts. */
export interface ProbeTarget {
  id: string;
  startedAt: number;
}

/**
 * The probes of one run, made when first asked for and kept. A container that was restarted has new namespaces, so a
 * probe belongs to one start of it.
 */
export class ProbePool {
  readonly #docker: Dockerode;
  readonly #image: string;
  readonly #labels: Record<string, string>;
  readonly #probes = new Map<string, Promise<Probe>>();

  constructor(docker: Dockerode, image: string, labels: Record<string, string>) {
    this.#docker = docker;
    this.#image = image;
    this.#labels = labels;
  }

  async get(kind: ProbeKind, target: ProbeTarget): Promise<Probe> {
    const key = `${kind} ${target.id} ${target.startedAt}`;
    const known = this.#probes.get(key);
    if (known !== undefined) {
      const probe = await known;
      if (!probe.ended) return probe;
      await this.#drop(key, known);
    }
    for (const [other, probe] of this.#probes) {
      if (other.startsWith(`${kind} ${target.id} `)) await this.#drop(other, probe);
    }
    const started =
      this.#probes.get(key) ??
      Probe.start({ docker: this.#docker, image: this.#image, labels: this.#labels, kind, container: target.id });
    this.#probes.set(key, started);
    try {
      return await started;
    } catch (error) {
      this.#probes.delete(key);
      throw error;
    }
  }

  /** Lets go of all probes; what removes the run by its label removes them too, beside everything else. */
  async detach(): Promise<void> {
    const probes = [...this.#probes.values()];
    this.#probes.clear();
    await Promise.all(
      probes.map((probe) =>
        probe.then(
          (started) => started.detach(),
          () => undefined,
        ),
      ),
    );
  }

  /** Removes all probes, or those that look into one container. */
  async close(container?: string): Promise<void> {
    const chosen = [...this.#probes].filter(([key]) => container === undefined || key.includes(` ${container} `));
    await Promise.all(chosen.map(([key, probe]) => this.#drop(key, probe)));
  }

  async #drop(key: string, probe: Promise<Probe>): Promise<void> {
    this.#probes.delete(key);
    await probe.then(
      (started) => started.close(),
      () => undefined,
    );
  }
}
