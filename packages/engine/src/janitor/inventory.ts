import type Dockerode from "dockerode";

export interface Resource {
  id: string;
  name: string;
  labels: Record<string, string>;
  /** Images only: their `name:tag`s. */
  tags: string[];
}

export const KINDS = ["containers", "networks", "volumes", "images"] as const;
export type Kind = (typeof KINDS)[number];

/** What an engine holds under one label. */
export type Inventory = Record<Kind, Resource[]>;

/**
 * Everything that carries the label `key`, or with `value` exactly `key=value`, stopped containers and
 * untagged images included, by name. The engine's own filter is not relied on for exactness.
 */
export async function takeInventory(docker: Dockerode, key: string, value?: string): Promise<Inventory> {
  const filters = { label: [value === undefined ? key : `${key}=${value}`] };
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters }),
  ]);
  const select = (resources: Resource[]) =>
    resources
      .filter(({ labels }) => labels[key] !== undefined && (value === undefined || labels[key] === value))
      .toSorted((one, other) => one.name.localeCompare(other.name));
  return {
    containers: select(containers.map((it) => resource(it.Id, it.Names?.[0]?.slice(1), it.Labels))),
    networks: select(networks.map((it) => resource(it.Id, it.Name, it.Labels))),
    // Null, not an empty list, where there is none.
    volumes: select((volumes.Volumes ?? []).map((it) => resource(it.Name, it.Name, it.Labels))),
    images: select(await Promise.all(images.map((it) => readImage(docker, it)))),
  };
}

export function isEmpty(inventory: Inventory): boolean {
  return KINDS.every((kind) => inventory[kind].length === 0);
}

async function readImage(docker: Dockerode, image: Dockerode.ImageInfo): Promise<Resource> {
  const tags = (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
  // The containerd image store of some releases lists images without their labels.
  const labels = image.Labels ?? (await docker.getImage(image.Id).inspect()).Config?.Labels;
  return { ...resource(image.Id, tags[0], labels), tags };
}

function resource(id: string, name: string | undefined, labels: Record<string, string> | null | undefined): Resource {
  return { id, name: name ?? id.replace(/^sha256:/, "").slice(0, 12), labels: labels ?? {}, tags: [] };
}
