import type { ComposeModel, Finding, Lab, NetworkModel, RunModel } from "@compose-labs/lab";
import { faultError } from "@compose-labs/lab";
import { collectFindings, isRefused } from "../finding/finding.ts";
import type { PreparedSubmission } from "../prepare.ts";
import { compact, escapeDollars, pick } from "./escape.ts";
import { loweredLimits } from "./limits.ts";
import { runService, type ServiceContext, serviceFacts } from "./run-service.ts";

export interface RunModelOptions {
  prepared: PreparedSubmission;
  lab: Lab;
  /** 12 hex digits, new for each run. */
  runId: string;
  /** On every container, network, volume and image. */
  labels: Record<string, string>;
  /** Polls health checks every 100 ms at the start; needs Engine 25. Default true. */
  fastHealth?: boolean;
}

/**
 * What is started: a Compose file of the grader's own, made from the vetted model, in which every key is one that was
 * understood. Pure. Two run models of one submission with different run ids can run side by side. `notes` are those
 * that the run model itself gives rise to, beside the findings of `prepared`.
 *
 * Throws a fault `RUN_MODEL_REFUSED` for a submission that was refused: that is an error of the caller.
 */
export function makeRunModel(options: RunModelOptions): { runModel: RunModel; notes: Finding[] } {
  const { prepared, lab, runId, labels, fastHealth = true } = options;
  const { model, root } = prepared;
  const { manifest } = lab;
  if (model === undefined || isRefused(prepared.findings)) {
    throw faultError("RUN_MODEL_REFUSED", "found a refused submission where one to be run was expected", {
      hint: "Report this: the grader must not come here with findings that refuse.",
    });
  }
  const context: ServiceContext = {
    runId,
    root,
    services: model.services,
    dockerfiles: prepared.dockerfiles,
    writable: prepared.writable,
    lifted: new Set<string>(manifest.allow.map(({ rule }) => rule)),
    limits: manifest.limits,
    clean: manifest.build.clean,
    fastHealth,
    labels,
  };
  const services = Object.entries(model.services);
  const compose = compact({
    services: Object.fromEntries(services.map(([name, service]) => [name, runService(name, service, context)])),
    networks: mapValues(model.networks, (network) => runNetwork(network, context)),
    volumes: mapValues(model.volumes, (volume) => ({ labels: { ...labelsOf(volume), ...labels } })),
    secrets: mapValues(model.secrets, (secret) => pick(secret ?? {}, ["file"])),
    configs: mapValues(model.configs, (config) => pick(config ?? {}, ["file", "content"])),
  });
  const { wall, settle, memory, cpus, pids, disk } = manifest.limits;
  const runModel: RunModel = {
    runId,
    project: `cl-${runId}`,
    directory: root,
    compose: escapeDollars(compose) as ComposeModel,
    services: Object.fromEntries(services.map(([name, service]) => [name, serviceFacts(name, service, context)])),
    labels,
    build: manifest.build,
    limits: { wall, settle, memory, cpus, pids, disk },
  };
  const { findings: notes, report } = collectFindings();
  for (const [service, written] of services) {
    for (const { key, value, limit, path } of loweredLimits(written, manifest.limits)) {
      report("limits.lowered", { service, key, value, limit }, prepared.places.at(["services", service, ...path]));
    }
  }
  return { runModel, notes };
}

/**
 * A bridge of this run. Where the lab publishes ports it must not be internal, for an internal network publishes
 * nothing; then the way out is closed by not translating addresses. Elsewhere the host itself has no address on it.
 */
function runNetwork(network: NetworkModel | null, { lifted, labels }: ServiceContext): NetworkModel {
  const publishes = lifted.has("ports.publish");
  const config = lifted.has("networks.ipam") ? network?.ipam?.config : undefined;
  return {
    driver: "bridge",
    internal: publishes ? network?.internal === true : true,
    driver_opts: publishes
      ? { "com.docker.network.bridge.enable_ip_masquerade": "false" }
      : { "com.docker.network.bridge.inhibit_ipv4": "true" },
    ...(config === undefined ? {} : { ipam: { config } }),
    labels: { ...labelsOf(network), ...labels },
  };
}

function labelsOf(resource: { [key: string]: unknown } | null): Record<string, string> {
  return (resource?.labels ?? {}) as Record<string, string>;
}

function mapValues<T, U>(record: Record<string, T> | undefined, map: (value: T) => U): Record<string, U> | undefined {
  if (record === undefined) return undefined;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
