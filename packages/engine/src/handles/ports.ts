import type { ContainerFacts, PublishedPort, RunModel } from "@compose-labs/lab";
import { rawOf } from "../stack/container-facts.ts";

/** What the engine really publishes: `NetworkSettings.Ports`, since `HostConfig.PortBindings` only says what was asked for. */
export function readPublished(
  container: ContainerFacts,
): { target: number; protocol: string; hostIp: string; port: number }[] {
  const published = rawOf(container).NetworkSettings.Ports ?? {};
  return Object.entries(published).flatMap(([key, bindings]) => {
    const [target, protocol = "tcp"] = key.split("/");
    // An IPv6 binding of the same port comes second, if at all.
    const first = bindings?.[0];
    if (first === undefined) return [];
    return [{ target: Number(target), protocol, hostIp: first.HostIp, port: Number(first.HostPort) }];
  });
}

/** Declared ports beside what the engine publishes for them. `container` is undefined when there is none. */
export function readPorts(runModel: RunModel, service: string, container: ContainerFacts | undefined): PublishedPort[] {
  const actual = container === undefined ? [] : readPublished(container);
  return (runModel.services[service]?.ports ?? []).map(({ target, protocol, hostIp, published }) => {
    const match = actual.find((port) => port.target === target && port.protocol === protocol);
    return {
      target,
      protocol,
      declared: { hostIp, published },
      actual: match === undefined ? undefined : { hostIp: match.hostIp, port: match.port },
    };
  });
}

/** The student's own URL of a port, for lines that they can type: `http://localhost:8080`. */
export function studentUrl(runModel: RunModel, service: string, target: number): string | undefined {
  const port = runModel.services[service]?.ports.find((candidate) => candidate.target === target);
  if (port?.published === undefined) return undefined;
  const host = port.hostIp === "" || port.hostIp === "0.0.0.0" || port.hostIp === "::" ? "localhost" : port.hostIp;
  return `http://${host}:${port.published.split("-")[0]}`;
}
