import { setTimeout as sleep } from "node:timers/promises";
import { CheckFailure, faultError, type LabError, type RunModel } from "@compose-labs/lab";
import { readLeases } from "../janitor/lease-file.ts";
import { leasesDirectory } from "../janitor/leases-directory.ts";
import { servicesToBuild } from "../stack/build.ts";
import { freeBytes } from "./disk-watch.ts";
import { parseBytes } from "./parse-bytes.ts";
import { WrittenBytes } from "./written-bytes.ts";

const GLANCE = 200;

/**
 * Bounds what the builds of a run add to the engine's disk: a step's layer has no limit, and it stays in the build cache.
 * `signal` aborts with the `CheckFailure` `BUILD_DISK_FULL`; or, when other runs write to the same disk at the same time,
 * with the fault `DISK_CONTENDED`, for then nobody can say whose it is.
 */
export class BuildDisk implements AsyncDisposable {
  readonly signal: AbortSignal;
  readonly #over = new AbortController();
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  /**
   * `rootDir` is the engine's folder on this machine; undefined where it is on another one, which is not watched.
   * `cgroup` is that of the build's steps, where they have one of their own: then it can be told whose writing it is.
   */
  constructor(
    runModel: RunModel,
    rootDir: string | undefined,
    cgroup: string | undefined,
    leases: string = leasesDirectory(),
  ) {
    this.signal = this.#over.signal;
    const written = cgroup === undefined ? undefined : new WrittenBytes(cgroup);
    this.#done =
      rootDir === undefined
        ? Promise.resolve()
        : this.#watch(runModel, rootDir, written, leases).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  async #watch(runModel: RunModel, rootDir: string, written: WrittenBytes | undefined, leases: string): Promise<void> {
    const before = await freeBytes(rootDir);
    const most = parseBytes(runModel.build.disk);
    while (before !== undefined && !this.#end.signal.aborted) {
      await sleep(GLANCE, undefined, { signal: this.#end.signal });
      const own = (await written?.count()) ?? 0;
      const used = before - ((await freeBytes(rootDir)) ?? before);
      if (used <= most) continue;
      if (own > most / 2) return this.#over.abort(exceeded(runModel));
      const others = (await readLeases(leases)).filter(({ runId }) => runId !== runModel.runId);
      return this.#over.abort(others.length === 0 ? exceeded(runModel) : contended(runModel, others.length));
    }
  }
}

function exceeded(runModel: RunModel): CheckFailure {
  const services = servicesToBuild(runModel);
  return new CheckFailure({
    code: "BUILD_DISK_FULL",
    found: `the build of ${services.map((name) => `\`${name}\``).join(", ")} wrote more than ${runModel.build.disk} to the disk and was ended`,
    expected: `builds that write at most ${runModel.build.disk}`,
    at: services.length === 1 ? `services.${services[0]}.build` : "services",
    hint: "Look for a step that writes without end, or copies more than the application needs.",
    reproduce: `docker compose build ${services.join(" ")} && docker system df`,
  });
}

function contended(runModel: RunModel, others: number): LabError {
  return faultError(
    "DISK_CONTENDED",
    `the engine's disk lost more than ${runModel.build.disk} during the build, while ${others} other ${others === 1 ? "run was" : "runs were"} at work`,
    { hint: "Run this one again alone; no points are lost." },
  );
}
