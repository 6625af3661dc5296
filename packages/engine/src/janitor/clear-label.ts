import { setTimeout as sleep } from "node:timers/promises";
import type Dockerode from "dockerode";
import { type Inventory, isEmpty, KINDS, type Kind, type Resource, takeInventory } from "./inventory.ts";

/** Names of what was removed, by kind; `left` says what could not be, and why. */
export interface Removed extends Record<Kind, string[]> {
  /** Process ids. */
  processes: number[];
  /** Absolute paths. */
  directories: string[];
  left: string[];
}

export interface ClearOptions {
  docker: Dockerode;
  key: string;
  value: string;
  /** Milliseconds for which nothing may turn up any more before it is believed: a create may be in flight in the engine. */
  quiet: number;
  /** Milliseconds after which what resists is reported in `left`. */
  limit: number;
  /** Called before each look at the engine. */
  eachPass?: () => Promise<void>;
  signal?: AbortSignal | undefined;
}

/** Milliseconds between two looks. */
const PAUSE = 50;

export function nothingRemoved(): Removed {
  return { containers: [], networks: [], volumes: [], images: [], processes: [], directories: [], left: [] };
}

/**
 * Removes everything that carries exactly `key=value`, until two looks in a row find nothing. Containers go with
 * their anonymous volumes, which carry no label. Nothing is forced but running containers: an image, volume or
 * network that something foreign uses stays, and is named in `left`. Rejects when the engine does not answer.
 */
export async function clearLabel(options: ClearOptions): Promise<Removed> {
  const { docker, key, value, quiet, limit, eachPass, signal } = options;
  const removed = nothingRemoved();
  const began = performance.now();
  let lastSeen: number | undefined;
  let empty = 0;
  for (;;) {
    signal?.throwIfAborted();
    await eachPass?.();
    const found = await takeInventory(docker, key, value);
    found.volumes.push(...(await findReturned(docker, removed.volumes, found.volumes)));
    const now = performance.now();
    let reasons = new Map<string, string>();
    if (isEmpty(found)) {
      empty += 1;
      if (empty >= 2 && now - (lastSeen ?? began) >= quiet) return removed;
    } else {
      empty = 0;
      lastSeen = now;
      reasons = await removeAll(docker, found, removed);
    }
    if (!isEmpty(found) && now - began > limit) {
      const still = reasons.size > 0 ? [...reasons.values()] : [`new resources of ${value} keep turning up`];
      return { ...removed, left: still };
    }
    await sleep(PAUSE, undefined, { signal });
  }
}

/**
 * Volumes of these names that are there again without the label: the engine makes a volume anew, bare, when a create
 * that it had accepted comes to mount it after its removal.
 */
async function findReturned(docker: Dockerode, names: string[], found: Resource[]): Promise<Resource[]> {
  const gone = names.filter((name) => !found.some((it) => it.name === name));
  if (gone.length === 0) return [];
  const { Volumes } = await docker.listVolumes({ filters: { name: gone } });
  const returned = (Volumes ?? []).filter((it) => gone.includes(it.Name) && Object.keys(it.Labels ?? {}).length === 0);
  return returned.map(({ Name }) => ({ id: Name, name: Name, labels: {}, tags: [] }));
}

async function removeAll(docker: Dockerode, found: Inventory, removed: Removed): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  const remove = (kind: Kind) =>
    Promise.all(
      found[kind].map(async (resource) => {
        const reason = await removeOne(docker, kind, resource);
        if (reason === undefined) {
          if (!removed[kind].includes(resource.name)) removed[kind].push(resource.name);
        } else reasons.set(`${kind}/${resource.id}`, `${kind.slice(0, -1)} ${resource.name}: ${reason}`);
      }),
    );
  await remove("containers");
  await Promise.all(KINDS.filter((kind) => kind !== "containers").map(remove));
  return reasons;
}

/** Undefined when it is gone (or was already), else the engine's reason. */
async function removeOne(docker: Dockerode, kind: Kind, { id, tags }: Resource): Promise<string | undefined> {
  try {
    if (kind === "containers") await docker.getContainer(id).remove({ force: true, v: true });
    else if (kind === "networks") await docker.getNetwork(id).remove();
    else if (kind === "volumes") await docker.getVolume(id).remove();
    // By each of its names and never by force, so that an image in use stays; noprune spares its parents.
    else for (const name of tags.length > 0 ? tags : [id]) await docker.getImage(name).remove({ noprune: true });
    return undefined;
  } catch (error) {
    const { statusCode, json, message } = readError(error);
    if (statusCode === undefined) throw error;
    return statusCode === 404 ? undefined : (json?.message ?? message).trim();
  }
}

function readError(error: unknown): { statusCode?: number; json?: { message?: string }; message: string } {
  return error instanceof Error ? error : { message: String(error) };
}
