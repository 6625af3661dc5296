import type { ServiceHandle } from "@compose-labs/lab";
import { describeState, rawOf } from "../stack/container-facts.ts";
import { readLogs } from "../stack/logs.ts";
import { readArchive } from "./archive.ts";
import { readChanges, readMounts, readNetworks } from "./look.ts";
import { readPorts } from "./ports.ts";
import { findContainer } from "./running.ts";
import type { ServiceQuestions } from "./service-questions.ts";

type Looking = "containers" | "inspect" | "logs" | "ports" | "mounts" | "networks" | "read" | "changes";

/** What the engine itself knows of a service, running or not. */
export function makeLooks(ask: ServiceQuestions): Pick<ServiceHandle, Looking> {
  const { run, subject } = ask;
  const { service } = subject;
  const inspect = `docker inspect $(docker compose ps -aq ${service})`;
  return {
    containers: () =>
      ask.inspecting(
        "containers",
        `docker compose ps -a ${service}`,
        () => run.containersOf(service),
        (all) =>
          all
            .map((container) => `${container.name.replace(/^.*?-(?=[^-]+-\d+$)/, "")} ${describeState(container)}`)
            .join(", ") || "none",
      ),
    inspect: () => ask.inspecting("inspect", inspect, () => findContainer(run, subject), describeState),

    logs: ({ tail = 200 } = {}) =>
      ask.inspecting(
        "logs",
        `docker compose logs ${service}`,
        async () => {
          const container = await findContainer(run, subject);
          return readLogs(run.docker, { id: container.id, tty: rawOf(container).Config.Tty }, tail);
        },
        (text) => text.slice(-200),
      ),
    ports: () =>
      ask.inspecting(
        "ports",
        `docker compose ps ${service}`,
        async () => readPorts(run.runModel, service, await findContainer(run, subject)),
        (all) =>
          all
            .map(({ target, actual }) => `${target} ${actual === undefined ? "not published" : "published"}`)
            .join(", ") || "none",
      ),
    mounts: () =>
      ask.inspecting(
        "mounts",
        `docker inspect --format '{{json .Mounts}}' $(docker compose ps -aq ${service})`,
        async () => readMounts(run, await findContainer(run, subject)),
        (all) =>
          all
            .map(
              ({ type, target, volume, anonymous }) =>
                `${type} ${volume ?? (anonymous ? "(anonymous)" : "")} at ${target}`,
            )
            .join(", ") || "none",
      ),
    networks: () =>
      ask.inspecting(
        "networks",
        `docker inspect --format '{{json .NetworkSettings.Networks}}' $(docker compose ps -aq ${service})`,
        async () => readNetworks(run, await findContainer(run, subject)),
        (all) => all.map(({ network, address }) => `${network} ${address}`).join(", ") || "none",
      ),
    read: (path) =>
      ask.inspecting(
        `read ${path}`,
        `docker compose exec ${service} cat ${path}`,
        async () => readArchive(run.docker.getContainer((await findContainer(run, subject)).id), path),
        (bytes) => (bytes === undefined ? "no such file" : `${bytes.length} bytes`),
      ),
    changes: () =>
      ask.inspecting(
        "changes",
        `docker diff $(docker compose ps -aq ${service})`,
        async () => readChanges(run, await findContainer(run, subject)),
        (all) => `${all.length} paths`,
      ),
  };
}
