/**
 * The canonical Compose model: what `docker compose config --format json` answers for the submission,
 * made in a clean environment. Field names are Compose's own. Only what checks read is typed;
 * the index signatures keep the rest reachable.
 * Source: https://docs.docker.com/reference/compose-file/
 */
export interface ComposeModel {
  name?: string;
  services: Record<string, ServiceModel>;
  networks?: Record<string, NetworkModel | null>;
  volumes?: Record<string, VolumeModel | null>;
  secrets?: Record<string, { file?: string; [key: string]: unknown }>;
  configs?: Record<string, { file?: string; content?: string; [key: string]: unknown }>;
  [key: string]: unknown;
}

export interface ServiceModel {
  image?: string;
  build?: BuildModel;
  command?: string[] | null;
  entrypoint?: string[] | null;
  environment?: Record<string, string | null>;
  ports?: PortModel[];
  expose?: string[];
  volumes?: MountModel[];
  tmpfs?: string[];
  networks?: Record<string, ServiceNetworkModel | null>;
  network_mode?: string;
  depends_on?: Record<string, { condition: string; required?: boolean; restart?: boolean }>;
  healthcheck?: HealthcheckModel;
  restart?: string;
  init?: boolean;
  user?: string;
  read_only?: boolean;
  profiles?: string[];
  container_name?: string;
  links?: string[];
  extra_hosts?: string[];
  labels?: Record<string, string>;
  deploy?: { replicas?: number; resources?: Record<string, unknown>; [key: string]: unknown };
  scale?: number;
  [key: string]: unknown;
}

export interface BuildModel {
  context?: string;
  dockerfile?: string;
  dockerfile_inline?: string;
  target?: string;
  args?: Record<string, string | null>;
  [key: string]: unknown;
}

export interface PortModel {
  mode?: string;
  host_ip?: string;
  /** Container port. */
  target: number;
  /** Host port or range, as text. */
  published?: string;
  protocol?: string;
}

export interface MountModel {
  type: "bind" | "volume" | "tmpfs" | "image" | "npipe" | "cluster";
  source?: string;
  target: string;
  read_only?: boolean;
  [key: string]: unknown;
}

export interface ServiceNetworkModel {
  aliases?: string[];
  ipv4_address?: string;
  [key: string]: unknown;
}

export interface NetworkModel {
  name?: string;
  driver?: string;
  internal?: boolean;
  external?: boolean;
  ipam?: { config?: { subnet?: string }[]; [key: string]: unknown };
  [key: string]: unknown;
}

export interface VolumeModel {
  name?: string;
  driver?: string;
  external?: boolean;
  [key: string]: unknown;
}

export interface HealthcheckModel {
  test?: string[] | string;
  disable?: boolean;
  /** Go durations: `1s`, `1m30s`. */
  interval?: string;
  timeout?: string;
  start_period?: string;
  start_interval?: string;
  retries?: number;
}
