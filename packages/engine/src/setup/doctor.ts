import { KINDS } from "../janitor/inventory.ts";
import type { SweepReport } from "../janitor/sweep.ts";
import {
  type DiskSpace,
  type DoctorFacts,
  type DoctorInputs,
  type DoctorTrouble,
  gatherFacts,
} from "./doctor-facts.ts";
import { COMPOSE_HOLES, ENGINE_HOLES, findHoles, type Hole, RUNC_HOLES } from "./doctor-holes.ts";
import { isBefore, parseVersion } from "./doctor-version.ts";

export interface DoctorItem {
  name: string;
  /** `bad`: labs cannot be graded. `warn`: they can, and something should be known. */
  state: "ok" | "warn" | "bad";
  found: string;
  /** What to do, in whole sentences. */
  advice?: string;
}

/** Looks at everything a grading stands on. Does not throw for what it finds. */
export async function examine(inputs: DoctorInputs): Promise<DoctorItem[]> {
  return judgeFacts(await gatherFacts(inputs));
}

/** One item per fact, in the order in which they are to be put right. */
export function judgeFacts(facts: DoctorFacts): DoctorItem[] {
  const { engine, leftovers } = facts;
  const start = [judgeNode(facts.node)];
  const temporary = judgeDisk("Temporary folder", facts.temporaryDisk, { bad: 100 * MB, warn: GB });
  if ("code" in engine) {
    // Connecting ends at Compose only when the engine itself has answered.
    const name = engine.code.startsWith("COMPOSE_") ? "Compose" : "Engine";
    return [...start, judgeTrouble(name, engine), temporary];
  }
  return [
    ...start,
    judgeEngine(engine),
    judgeCompose(facts.compose),
    judgeBuildx(facts.buildx),
    judgeRunc(engine.runc),
    judgeLimits(engine),
    judgeStorage(engine.storageDriver),
    judgeDisk("Engine's disk", facts.engineDisk, { bad: GB, warn: 5 * GB }),
    temporary,
    "code" in leftovers ? judgeTrouble("Leftovers", leftovers) : judgeLeftovers(leftovers),
  ];
}

const MB = 1024 ** 2;
const GB = 1024 ** 3;

function judgeNode(node: string): DoctorItem {
  const version = parseVersion(node);
  if (version !== undefined && !isBefore(version, "24.0.0")) return { name: "Node", state: "ok", found: node };
  return { name: "Node", state: "bad", found: node, advice: "Use Node 24 or later: `npm install` brings one along." };
}

function judgeEngine(engine: Exclude<DoctorFacts["engine"], DoctorTrouble>): DoctorItem {
  const found = `${engine.name} ${engine.version}`;
  if (engine.containers !== "linux") {
    const advice = "Switch the engine to Linux containers: the labs' images are for Linux.";
    return { name: "Engine", state: "bad", found: `${found}, ${engine.containers} containers`, advice };
  }
  if (engine.name === "Podman") {
    const advice = "Labs are proven on Docker; with Podman, health checks need systemd to run.";
    return { name: "Engine", state: "warn", found, advice };
  }
  const version = parseVersion(engine.version);
  if (version !== undefined && isBefore(version, "25.0.0")) {
    const slow = "Docker 25 or later polls health checks fast while a service starts; on this one grading is slower.";
    return joinAdvice(judgeHoles("Engine", found, ENGINE_HOLES, engine.version), slow);
  }
  return judgeHoles("Engine", found, ENGINE_HOLES, engine.version);
}

function judgeCompose(compose: string | undefined): DoctorItem {
  const advice = "Install Docker Compose 2.40.2 or later: https://docs.docker.com/compose/install/";
  if (compose === undefined) return { name: "Compose", state: "bad", found: "none", advice };
  const version = parseVersion(compose);
  if (version !== undefined && isBefore(version, "2.20.0")) {
    return { name: "Compose", state: "bad", found: `${compose}, at least 2.20 is needed`, advice };
  }
  const item = judgeHoles("Compose", compose, COMPOSE_HOLES, compose);
  const own = "The grader is not open to this; your own `docker compose` in a folder you do not trust is.";
  return item.state === "warn" && version !== undefined ? joinAdvice(item, own) : item;
}

function judgeBuildx(buildx: string | undefined): DoctorItem {
  if (buildx !== undefined) return { name: "buildx", state: "ok", found: buildx };
  const advice =
    "Install the buildx plugin (package docker-buildx or docker-buildx-plugin): labs that build need BuildKit.";
  return { name: "buildx", state: "warn", found: "none", advice };
}

function judgeRunc(runc: string | undefined): DoctorItem {
  if (runc === undefined) return { name: "runc", state: "ok", found: "the engine does not use it or does not say" };
  return judgeHoles("runc", runc, RUNC_HOLES, runc);
}

function judgeLimits({ cgroup, unheld }: { cgroup: string; unheld: string[] }): DoctorItem {
  const found = `cgroup v${cgroup}`;
  if (unheld.length > 0) {
    const advice = `A submission is not bounded in ${unheld.join(" and ")}: grade only what you trust, or use an engine that runs as root or under systemd with cgroup v2.`;
    return { name: "Limits", state: "warn", found: `${found}, no limits on ${unheld.join(", ")}`, advice };
  }
  if (cgroup === "2") return { name: "Limits", state: "ok", found };
  const advice = "Labs that ask for cgroup v2 are not run here; the others are not affected.";
  return { name: "Limits", state: "ok", found, advice };
}

const GOOD_DRIVERS = new Set(["overlay2", "overlayfs", "overlay", "fuse-overlayfs", "btrfs", "zfs", "stargz"]);

function judgeStorage(driver: string): DoctorItem {
  if (GOOD_DRIVERS.has(driver)) return { name: "Storage driver", state: "ok", found: driver };
  const advice =
    driver === "vfs"
      ? "It copies every layer whole: starts are slow and disks fill up. Use overlay2 on a file system that bears it."
      : "Labs are proven on overlay2: use it if something about images or volumes looks strange.";
  return { name: "Storage driver", state: "warn", found: driver, advice };
}

function judgeDisk(name: string, disk: DiskSpace | undefined, least: { bad: number; warn: number }): DoctorItem {
  if (disk === undefined) return { name, state: "ok", found: "not visible from here" };
  const found = `${formatBytes(disk.free)} free at ${disk.path}`;
  const state = disk.free < least.bad ? "bad" : disk.free < least.warn ? "warn" : "ok";
  if (state === "ok") return { name, state, found };
  return { name, state, found, advice: `Make room: at least ${formatBytes(least.warn)} should be free there.` };
}

function judgeLeftovers({ runs, live, kept }: SweepReport): DoctorItem {
  const others = [
    ...(live.length > 0 ? [`${live.length} running`] : []),
    ...(kept.length > 0 ? [`${kept.length} kept`] : []),
  ].join(", ");
  if (runs.length === 0) return { name: "Leftovers", state: "ok", found: others === "" ? "none" : `none (${others})` };
  const counts = ([...KINDS, "processes", "directories"] as const)
    .map((kind) => ({ kind, count: runs.reduce((sum, { removed }) => sum + removed[kind].length, 0) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${kind} ${count}`);
  const found = [`of ${runs.length} dead run${runs.length === 1 ? "" : "s"}`, ...counts].join(", ");
  return { name: "Leftovers", state: "warn", found, advice: "Remove them: grader clean" };
}

function judgeTrouble(name: string, { message, hint }: DoctorTrouble): DoctorItem {
  return { name, state: "bad", found: message, ...(hint !== undefined && { advice: hint }) };
}

function judgeHoles(name: string, found: string, holes: Hole[], text: string): DoctorItem {
  const version = parseVersion(text);
  if (version === undefined) {
    const advice = "Its version could not be read, so whether it has known holes is not known.";
    return { name, state: "warn", found, advice };
  }
  const known = findHoles(version, holes);
  if (known.length === 0) return { name, state: "ok", found };
  const risks = known.map(
    ({ id, risk, ranges }) => `${id} (fixed in ${ranges.map((it) => it.before).join(", ")}): ${risk}.`,
  );
  const remedy =
    version.suffix === ""
      ? "Upgrade it."
      : "Upgrade it, unless your distribution has fixed it in its own build: see its security tracker.";
  return { name, state: "warn", found, advice: [...risks, remedy].join(" ") };
}

function joinAdvice(item: DoctorItem, more: string): DoctorItem {
  return { ...item, state: "warn", advice: item.advice === undefined ? more : `${item.advice} ${more}` };
}

function formatBytes(bytes: number): string {
  return bytes >= GB ? `${(bytes / GB).toFixed(1)} GB` : `${Math.round(bytes / MB)} MB`;
}
