import { CheckFailure } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import type { RunContext } from "../run-context.ts";
import { rawOf } from "../stack/container-facts.ts";

/** Codes that name the bound themselves. */
const NAMED = ["SERVICE_OOM_KILLED", "DISK_LIMIT"];

/**
 * A failure of a service that still runs, with the bound that it ran into: the kernel may have killed a child of its
 * main process, or refused it another process, and the service goes on without an answer. Anything else is left as it is.
 */
export async function nameHitBounds(run: RunContext, service: string, error: unknown): Promise<unknown> {
  if (!(error instanceof CheckFailure) || NAMED.includes(error.failure.code)) return error;
  const bounds = await hitBounds(run, service).catch(() => []);
  if (bounds.length === 0) return error;
  return new CheckFailure({
    ...error.failure,
    found: `${error.failure.found}; ${bounds.join("; ")}`,
    hint: "A program that runs into its limits cannot answer: let it use less, or ask for more within what the lab allows.",
  });
}

async function hitBounds(run: RunContext, service: string): Promise<string[]> {
  const containers = (await run.containersOf(service)).filter(({ state }) => state === "running");
  const found = await Promise.all(
    containers.map(async (container) => {
      const { Memory = 0, PidsLimit = 0 } = rawOf(container).HostConfig;
      const memory = container.oomKilled
        ? [`the kernel killed a process of \`${service}\` at its memory limit of ${Math.round(Memory / 1_048_576)} MiB`]
        : [];
      const stats = (await run.docker
        .getContainer(container.id)
        .stats({ stream: false, "one-shot": true })) as Dockerode.ContainerStats;
      const current = stats.pids_stats?.current ?? 0;
      // One short of it: what failed to start is gone again.
      const full = PidsLimit !== null && PidsLimit > 0 && current >= PidsLimit - 1;
      return full ? [...memory, `\`${service}\` has ${current} processes, and may have ${PidsLimit}`] : memory;
    }),
  );
  return [...new Set(found.flat())];
}
