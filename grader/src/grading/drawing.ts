import { relative, sep } from "node:path";
import type { ComposeModel, MountModel, PortModel, StackDrawing } from "@compose-labs/lab";

/**
 * The stack as the report draws it: the student's own model, with the state each service ended in. `root` is the
 * pristine copy, below which Compose shows bind mounts.
 */
export function drawStack(model: ComposeModel, states: Map<string, string>, root: string): StackDrawing {
  return {
    services: Object.entries(model.services).map(([name, service]) => {
      const state = states.get(name);
      return {
        name,
        image: service.image ?? (service.build ? "built here" : "no image"),
        networks: service.network_mode ? [service.network_mode] : Object.keys(service.networks ?? {}),
        volumes: (service.volumes ?? []).map((mount) => drawMount(mount, root)),
        ports: (service.ports ?? []).map(drawPort),
        dependsOn: Object.entries(service.depends_on ?? {}).map(([other, { condition }]) => ({
          service: other,
          condition,
        })),
        ...(state === undefined ? {} : { state }),
      };
    }),
    networks: Object.entries(model.networks ?? {}).map(([name, network]) => ({
      name,
      internal: network?.internal ?? false,
    })),
    volumes: Object.keys(model.volumes ?? {}),
  };
}

function drawMount(mount: MountModel, root: string): StackDrawing["services"][number]["volumes"][number] {
  return {
    name: mount.type === "bind" ? ownPath(root, mount.source ?? "") : (mount.source ?? ""),
    target: mount.target,
    type: mount.type,
    readOnly: mount.read_only ?? false,
  };
}

/** `./site`, as the student would write it. */
function ownPath(root: string, path: string): string {
  return `./${relative(root, path).split(sep).join("/")}`;
}

function drawPort(port: PortModel): string {
  return `${port.host_ip ?? "0.0.0.0"}:${port.published ?? "any"}->${port.target}/${port.protocol ?? "tcp"}`;
}
