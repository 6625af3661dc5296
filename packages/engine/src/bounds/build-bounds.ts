import type { RunModel } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import type { EngineFacts } from "../engine-facts.ts";
import { parseBytes } from "./parse-bytes.ts";

/** Processes of all build steps of one run together. */
export const BUILD_PIDS = 1_000;

/**
 * Memory and processes of the steps of a run's builds. BuildKit bounds neither, and Compose has no key for it; but a
 * step's control group can be put below that of a container of ours, whose limits then hold for both.
 */
export interface BuildBounds extends AsyncDisposable {
  /** For `buildx build --cgroup-parent`; undefined where the engine cannot bound builds this way. */
  cgroupParent: string | undefined;
  /** Whether the memory limit was reached so far. */
  hitMemory(): Promise<boolean>;
}

/**
 * Only with cgroup v1 and the engine's own cgroup driver: a v2 group with processes in it can have no limited children,
 * and systemd takes slices only. There the steps are unbounded but for time and disk.
 */
export async function openBuildBounds(
  docker: Dockerode,
  facts: EngineFacts,
  runModel: RunModel,
  image: string,
): Promise<BuildBounds> {
  if (facts.cgroup !== "1" || facts.cgroupDriver !== "cgroupfs") {
    return { cgroupParent: undefined, hitMemory: async () => false, [Symbol.asyncDispose]: async () => {} };
  }
  const memory = parseBytes(runModel.build.memory);
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["sleep"],
    Cmd: [String(runModel.build.timeout + 60)],
    Labels: runModel.labels,
    HostConfig: {
      NetworkMode: "none",
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: BUILD_PIDS,
      CpuShares: 512,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      LogConfig: { Type: "none", Config: {} },
    },
  });
  const remove = () => container.remove({ force: true, v: true }).catch(() => undefined);
  try {
    await container.start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    cgroupParent: `/docker/${container.id}`,
    async hitMemory() {
      // The engine hears of the kernel's kill a moment later than the step ends; the most that was used is there at once.
      const stats = (await container.stats({ stream: false, "one-shot": true })) as {
        memory_stats?: { max_usage?: number };
      };
      return (stats.memory_stats?.max_usage ?? 0) >= memory;
    },
    [Symbol.asyncDispose]: async () => void (await remove()),
  };
}
