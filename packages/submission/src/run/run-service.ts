import { createHash } from "node:crypto";
import {
  type BuildModel,
  type Dockerfile,
  type PortModel,
  type RunService,
  restartPolicyOf,
  type ServiceModel,
} from "@compose-labs/lab";
import { capabilityName, DEFAULT_CAPABILITIES, replicasOf } from "../policy/service.ts";
import { compact, pick } from "./escape.ts";
import { healthFacts, runHealthcheck } from "./health.ts";
import { boundGrace, boundsOf, boundTmpfs, tmpfsBytes, ulimitsOf } from "./limits.ts";
import { runMounts } from "./run-mounts.ts";

export interface ServiceContext {
  runId: string;
  root: string;
  services: Readonly<Record<string, ServiceModel>>;
  dockerfiles: ReadonlyMap<string, Dockerfile>;
  writable: ReadonlyMap<string, string>;
  lifted: ReadonlySet<string>;
  limits: { memory: string; cpus: number; pids: number };
  clean: boolean;
  fastHealth: boolean;
  labels: Readonly<Record<string, string>>;
}

/** What a service says about itself alone and may say as it likes. */
const KEPT = [
  ..."command entrypoint expose hostname domainname init working_dir user stdin_open tty depends_on".split(" "),
  ..."profiles read_only annotations stop_signal secrets configs links volumes_from".split(" "),
  ..."network_mode pid ipc extra_hosts sysctls".split(" "),
];

/** Enough for the entry points of the usual images: change owner, drop to a user, bind low ports, signal children. */
const CAPABILITIES = "CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETGID SETUID".split(" ");

/** One log file of 1 MiB: enough for a diagnosis, and a service that floods its log fills no disk. */
const LOGGING = { driver: "json-file", options: { "max-size": "1m", "max-file": "1" } };

/** Service names may hold what image names may not (`Web`, `_db`); those get a digest, so that no two become one. */
function builtImage(runId: string, service: string): string {
  if (/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(service)) return `cl-${runId}-${service}:run`;
  return `cl-${runId}-s${createHash("sha256").update(service).digest("hex").slice(0, 12)}:run`;
}

/** One service of the run model: the student's meaning with the grader's bounds, key by key. */
export function runService(name: string, service: ServiceModel, context: ServiceContext): ServiceModel {
  const bounds = boundsOf(service, context.limits);
  const { lifted, labels } = context;
  const environment = Object.fromEntries(
    // A variable without a value would be taken from the environment of Compose.
    Object.entries(service.environment ?? {}).filter(([, value]) => value !== null),
  );
  return compact({
    ...pick(service, KEPT),
    image: imageOf(name, service, context),
    build: service.build === undefined ? undefined : runBuild(service.build, context),
    pull_policy: service.build === undefined ? "never" : undefined,
    environment: service.environment === undefined ? undefined : environment,
    healthcheck: runHealthcheck(service, context.dockerfiles.get(name), context.fastHealth),
    networks: service.network_mode === undefined ? runEndpoints(service) : undefined,
    // The engine's resolver forwards unknown one-word names, which takes seconds where there is no way out.
    dns_opt: service.network_mode === undefined ? ["ndots:0"] : undefined,
    ports: lifted.has("ports.publish") ? runPorts(service.ports) : undefined,
    volumes: service.volumes === undefined ? undefined : runMounts(service, { ...context, memory: bounds.memory }),
    tmpfs: service.tmpfs?.map((entry) => boundTmpfs(entry, bounds.memory)),
    shm_size: tmpfsBytes(service.shm_size, bounds.memory),
    mem_limit: bounds.memory,
    memswap_limit: bounds.memory,
    pids_limit: bounds.pids,
    cpus: bounds.cpus,
    ulimits: ulimitsOf(service, bounds.pids),
    logging: LOGGING,
    security_opt: ["no-new-privileges:true"],
    stop_grace_period: boundGrace(service.stop_grace_period),
    cap_drop: ["ALL"],
    cap_add: capabilitiesOf(service),
    restart: lifted.has("service.restart") ? restartPolicyOf(service) : "no",
    scale: replicasOf(service),
    labels: { ...service.labels, ...labels },
  }) as ServiceModel;
}

/** A service may run what another one of the stack builds. */
function imageOf(name: string, service: ServiceModel, { runId, services }: ServiceContext): string {
  if (service.build !== undefined) return builtImage(runId, name);
  const builder = Object.entries(services).find(
    ([, other]) => other.build !== undefined && other.image === service.image,
  );
  return builder === undefined ? (service.image ?? "") : builtImage(runId, builder[0]);
}

function capabilitiesOf(service: ServiceModel): string[] {
  const names = (value: unknown): string[] =>
    Array.isArray(value) ? value.map((item) => capabilityName(String(item))) : [];
  const dropped = new Set(names(service.cap_drop));
  const base = dropped.has("ALL") ? [] : CAPABILITIES.filter((name) => !dropped.has(name));
  const added = names(service.cap_add).filter((name) => DEFAULT_CAPABILITIES.has(name));
  return [...new Set([...base, ...added])].sort();
}

function runBuild(build: BuildModel, { runId, clean, labels }: ServiceContext): BuildModel {
  const args = Object.fromEntries(Object.entries(build.args ?? {}).filter(([, value]) => value !== null));
  return compact({
    ...pick(build, ["context", "target", "additional_contexts", "secrets"]),
    ...(build.dockerfile_inline === undefined
      ? pick(build, ["dockerfile"])
      : // The builder's own front end serves the syntax that the policy allows; the line would fetch it.
        { dockerfile_inline: build.dockerfile_inline.replace(/^(\s*(?:#|\/\/)\s*)syntax\s*=.*$/gim, "#") }),
    // Cache mounts are shared between all builds of an engine unless each run has a name space of its own.
    args: { ...args, BUILDKIT_CACHE_MOUNT_NS: runId },
    network: "none",
    pull: false,
    no_cache: clean ? true : undefined,
    labels: { ...((build.labels ?? {}) as Record<string, string>), ...labels },
  });
}

/** Aliases, and fixed addresses where the lab lifts that rule; all else the engine gives. */
function runEndpoints(service: ServiceModel): ServiceModel["networks"] {
  if (service.networks === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(service.networks).map(([network, endpoint]) => [
      network,
      pick(endpoint ?? {}, ["aliases", "ipv4_address", "ipv6_address"]),
    ]),
  );
}

/** On loopback, at a port that the engine chooses, so that copies of a stack can run side by side. */
function runPorts(ports: readonly PortModel[] | undefined): PortModel[] | undefined {
  if (ports === undefined) return undefined;
  const seen = new Set<string>();
  return ports.flatMap(({ target, protocol = "tcp" }) => {
    const key = `${target}/${protocol}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ mode: "ingress", host_ip: "127.0.0.1", target, published: "0", protocol }];
  });
}

/** What checks and the engine need to know and the run model does not say any more. */
export function serviceFacts(name: string, service: ServiceModel, context: ServiceContext): RunService {
  const dockerfile = context.dockerfiles.get(name);
  const isInline = service.build?.dockerfile_inline !== undefined;
  return {
    image: imageOf(name, service, context),
    builds: service.build !== undefined,
    dockerfile: isInline ? undefined : dockerfile?.file,
    active: (service.profiles ?? []).length === 0,
    ports: (service.ports ?? []).map(({ target, protocol = "tcp", host_ip = "0.0.0.0", published }) => ({
      target,
      protocol,
      hostIp: host_ip,
      published,
    })),
    health: healthFacts(service, dockerfile),
    restart: restartPolicyOf(service),
    replicas: replicasOf(service),
  };
}
