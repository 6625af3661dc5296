import { statfs } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Failure, RunModel } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { COMPOSE_LABELS } from "../stack/container-facts.ts";
import { parseBytes } from "./parse-bytes.ts";

/** Milliseconds between two looks at the disk's free space, which costs nothing. */
const GLANCE = 200;
/** Bytes by which it must have fallen before sizes are asked for, which the engine has to count. */
const WORTH_A_LOOK = 48 * 1024 ** 2;
/** Milliseconds between two looks at the sizes where the engine's disk is not ours to see. */
const FAR_LOOK = 2_000;

export interface DiskWatchOptions {
  docker: Dockerode;
  runModel: RunModel;
  /** The engine's folder on this machine; undefined where it is on another one. */
  rootDir: string | undefined;
  /** Where a container that is killed is noted, before it is, with the reason. */
  killed: Map<string, Failure>;
}

interface Listed {
  Id: string;
  State: string;
  SizeRw?: number;
  Labels: Record<string, string>;
  Mounts?: { Type: string; Name?: string; Destination: string; RW: boolean }[];
}

/**
 * Bounds what the containers of a run write to the engine's disk: no storage driver of ordinary machines has a limit
 * for a writable layer or a volume. A container that went over it is killed, and all that use the volume are.
 */
export class DiskWatch implements AsyncDisposable {
  readonly #options: DiskWatchOptions;
  readonly #limit: number;
  readonly #end = new AbortController();
  #done: Promise<void> | undefined;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#limit = parseBytes(options.runModel.limits.disk);
  }

  start(): void {
    this.#done ??= this.#watch().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  async #watch(): Promise<void> {
    const { rootDir } = this.#options;
    const { signal } = this.#end;
    let seen = rootDir === undefined ? undefined : await freeBytes(rootDir);
    while (!signal.aborted) {
      await sleep(seen === undefined ? FAR_LOOK : GLANCE, undefined, { signal });
      if (rootDir !== undefined && seen !== undefined) {
        const free = (await freeBytes(rootDir)) ?? seen;
        if (free > seen - WORTH_A_LOOK) {
          seen = Math.max(seen, free);
          continue;
        }
        seen = free;
      }
      // The engine may be busy or gone, which others notice; the next round tries again.
      await this.#look().catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { docker, runModel } = this.#options;
    const containers = (await docker.listContainers({
      all: true,
      size: true,
      filters: JSON.stringify({ label: [`${COMPOSE_LABELS.project}=${runModel.project}`] }),
    })) as unknown as Listed[];
    await Promise.all(
      containers.map((container) => {
        const size = container.SizeRw ?? 0;
        return size > this.#limit ? this.#kill(container, size, "its writable layer") : undefined;
      }),
    );
    const users = containers.flatMap((container) =>
      (container.Mounts ?? []).flatMap((mount) =>
        mount.Type === "volume" && mount.RW && mount.Name !== undefined ? [{ container, mount, name: mount.Name }] : [],
      ),
    );
    if (users.length === 0) return;
    const sizes = await volumeSizes(docker);
    await Promise.all(
      users.map(({ container, mount, name }) => {
        const size = sizes.get(name) ?? 0;
        return size > this.#limit ? this.#kill(container, size, `the volume at ${mount.Destination}`) : undefined;
      }),
    );
  }

  async #kill(container: Listed, size: number, where: string): Promise<void> {
    const service = container.Labels[COMPOSE_LABELS.service];
    const { runModel, docker, killed } = this.#options;
    if (container.State !== "running" || service === undefined || killed.has(container.Id)) return;
    killed.set(container.Id, {
      code: "DISK_LIMIT",
      found: `\`${service}\` was killed: ${where} holds ${Math.round(size / 1024 ** 2)} MiB`,
      expected: `at most ${runModel.limits.disk} in a container's writable layer, and in a volume`,
      at: `services.${service}`,
      hint: "Look for a file or a log that grows without end; data that need not last belong in a tmpfs.",
      reproduce: "docker ps --all --size",
    });
    await docker
      .getContainer(container.Id)
      .kill({ signal: "SIGKILL" })
      .catch(() => killed.delete(container.Id)); // it has ended, or the next look tries again
  }
}

/** Bytes that are free on the disk of `path`, for anybody; undefined where it cannot be seen from here. */
export async function freeBytes(path: string): Promise<number | undefined> {
  const found = await statfs(path).catch(() => undefined);
  return found === undefined ? undefined : found.bavail * found.bsize;
}

async function volumeSizes(docker: Dockerode): Promise<Map<string, number>> {
  const answer = await new Promise<{ Volumes?: { Name: string; UsageData?: { Size: number } }[] }>(
    (resolve, reject) => {
      docker.modem.dial(
        {
          path: "/system/df?",
          options: { type: "volume" },
          method: "GET",
          statusCodes: { 200: true, 500: "server error" },
        },
        (error: unknown, data: unknown) => (error ? reject(error) : resolve(data as object)),
      );
    },
  );
  return new Map((answer.Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? 0]));
}
