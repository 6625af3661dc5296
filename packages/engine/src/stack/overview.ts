import type { RunModel } from "@compose-labs/lab";
import { readPublished } from "../handles/ports.ts";
import { describeState } from "./container-facts.ts";
import type { Observed } from "./watch.ts";

/** Service to `running (healthy)`, `3 × running`, `exited 3`, `not created`. */
export function describeStates(runModel: RunModel, containers: Observed[]): Map<string, string> {
  return new Map(
    Object.entries(runModel.services).map(([name, { active }]) => {
      const own = containers.filter((container) => container.service === name).map(describeState);
      const distinct = [...new Set(own)].join(", ");
      const missing = active ? "not created" : "not started (profile)";
      return [name, own.length === 0 ? missing : own.length === 1 ? distinct : `${own.length} × ${distinct}`];
    }),
  );
}

/** Published ports as they are reached now. */
export function listEndpoints(
  host: string,
  containers: Observed[],
): { service: string; target: number; url: string }[] {
  return containers.flatMap((container) =>
    readPublished(container).map(({ target, port }) => ({
      service: container.service,
      target,
      url: `http://${host}:${port}`,
    })),
  );
}
