import { type Place, restartPolicyOf, type ServiceModel } from "@compose-labs/lab";
import type { FindingCode } from "../finding/finding.ts";
import { likely } from "../text/likely.ts";
import { textOf } from "../yaml/node.ts";
import { listOf, own, type PolicyContext, pairsOf } from "./context.ts";
import { createImageList } from "./images.ts";

/** What Docker grants by default; naming one of these adds nothing. */
export const DEFAULT_CAPABILITIES = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
    " ",
  ),
);

export const capabilityName = (value: string): string => value.trim().toUpperCase().replace(/^CAP_/, "");

const SYSCTL = /^net\.core\.somaxconn$|^net\.ipv4\.ip_unprivileged_port_start$|^net\.ipv4\.tcp_\w+$/;
const RESTART = /^(no|always|unless-stopped|on-failure(:\d+)?)$/;

/** The values of one service that could reach out of its container. */
export function checkService(name: string, service: ServiceModel, context: PolicyContext): void {
  const { report, places, model, lifted } = context;
  const at = (...path: (string | number)[]) => places.at(["services", name, ...path]);
  /** Where an item of a list is written: by its text, or where it stands. */
  const item = (path: string[], value: unknown, index: number): Place => {
    const { node, ...place } = places.item(["services", name, ...path], (written) => textOf(written) === String(value));
    return node === undefined ? at(...path, index) : place;
  };
  const refuse = (code: FindingCode, key: string, value: unknown = service[key]): void =>
    report(code, { service: name, value: String(value), key }, at(key));
  const isOwnService = (value: unknown): boolean =>
    typeof value === "string" && value.startsWith("service:") && own(model.services, value.slice(8)) !== undefined;

  if (service.privileged === true) refuse("service.privileged", "privileged");
  for (const [index, value] of listOf(service.cap_add).entries()) {
    if (DEFAULT_CAPABILITIES.has(capabilityName(String(value)))) continue;
    report("service.cap_add", { service: name, value: String(value) }, item(["cap_add"], value, index));
  }
  for (const [index, value] of listOf(service.security_opt).entries()) {
    if (/^no-new-privileges([:=]true)?$/.test(String(value))) continue;
    report("service.security_opt", { service: name, value: String(value) }, item(["security_opt"], value, index));
  }
  checkNamespaces(service, refuse, isOwnService);
  for (const [key] of pairsOf(service.sysctls)) {
    if (!SYSCTL.test(key)) report("service.sysctls", { service: name, value: key }, at("sysctls", key));
  }
  if (service.oom_kill_disable === true) refuse("service.oom", "oom_kill_disable");
  for (const [index, value] of listOf(service.volumes_from).entries()) {
    const [target = ""] = String(value).split(":");
    if (target === "container" || own(model.services, target) === undefined) {
      report("service.volumes_from", { service: name, value: String(value) }, item(["volumes_from"], value, index));
    }
  }
  for (const value of listOf(service.extra_hosts)) {
    if (!isPrivateHost(String(value)))
      report("service.extra_hosts", { value: String(value) }, at("extra_hosts", String(value).split(/[=:]/)[0] ?? ""));
  }
  if (service.label_file !== undefined)
    report("service.label_file", { path: String(service.label_file) }, at("label_file"));
  checkImage(name, service, context);
  checkCounts(name, service, context);
  if (service.container_name !== undefined) refuse("service.container_name", "container_name");
  checkRestart(name, service, context);
  const logging = service.logging as { driver?: string } | undefined;
  if (!/^(json-file|local)?$/.test(logging?.driver ?? "")) refuse("service.logging", "logging", logging?.driver);
  if ((service.ports ?? []).length > 0 && !lifted.has("ports.publish")) refuse("ports.publish", "ports");
  checkNames(name, service, context);
}

function checkRestart(name: string, service: ServiceModel, { report, places, lifted }: PolicyContext): void {
  const policy = restartPolicyOf(service);
  const deployed = service.deploy?.restart_policy;
  const path = deployed === undefined || deployed === null ? ["restart"] : ["deploy", "restart_policy", "condition"];
  const place = places.at(["services", name, ...path]);
  if (!RESTART.test(policy)) {
    const problem = /^(no|always|unless-stopped):\d+$/.test(policy)
      ? "a number of attempts counts only with `on-failure`"
      : `\`${policy}\` is not a restart policy`;
    report("schema.invalid", { problem }, place);
  } else if (policy !== "no" && !lifted.has("service.restart")) {
    report("service.restart", { service: name, value: policy }, place);
  }
}

function checkNamespaces(
  service: ServiceModel,
  refuse: (code: FindingCode, key: string) => void,
  isOwnService: (value: unknown) => boolean,
): void {
  const among = (key: string, ...allowed: string[]): boolean => {
    const value = service[key];
    return value === undefined || value === null || value === "" || allowed.includes(String(value));
  };
  if (!among("pid") && !isOwnService(service.pid)) refuse("service.pid", "pid");
  if (!among("ipc", "private", "shareable", "none") && !isOwnService(service.ipc)) refuse("service.ipc", "ipc");
  if (!among("uts")) refuse("service.uts", "uts");
  if (!among("userns_mode")) refuse("service.userns_mode", "userns_mode");
  if (!among("cgroup", "private")) refuse("service.cgroup", "cgroup");
  if (!among("network_mode", "none") && !isOwnService(service.network_mode)) {
    refuse("service.network_mode", "network_mode");
  }
}

function checkImage(name: string, service: ServiceModel, { report, places, model, manifest }: PolicyContext): void {
  const images = createImageList(manifest.images);
  const { image, build } = service;
  const place = places.at(["services", name, "image"]);
  if (image === undefined) return;
  if (build !== undefined) {
    // The run gives it another name anyway; at home the build would replace the image that it starts from.
    if (images.has(image)) report("build.image-name", { service: name, image }, place);
    return;
  }
  const isBuiltHere = Object.values(model.services).some((other) => other.build !== undefined && other.image === image);
  if (isBuiltHere || images.has(image)) return;
  const args = {
    service: name,
    image,
    allowed: images.written.join(", "),
    likely: likely(image, images.written) ?? "",
  };
  report("image.allowlist", args, place);
}

/** How many containers a service asks for. */
export function replicasOf(service: ServiceModel): number {
  const count = service.scale ?? service.deploy?.replicas;
  return typeof count === "number" && Number.isFinite(count) ? count : 1;
}

/** Containers of one service where the lab lifts the bound. */
const MAX_REPLICAS = 10;

function checkCounts(name: string, service: ServiceModel, { report, places, manifest, lifted }: PolicyContext): void {
  const count = replicasOf(service);
  const limit = lifted.has("service.scale") ? MAX_REPLICAS : manifest.limits.replicas;
  if (count <= limit) return;
  const path = service.scale === undefined ? ["deploy", "replicas"] : ["scale"];
  report("service.scale", { service: name, count, limit }, places.at(["services", name, ...path]));
}

/** `name=address` with a private or loopback address; never the host itself. */
function isPrivateHost(entry: string): boolean {
  const address = entry.replace(/^[^=:]+[=:]/, "").replace(/^\[|\]$/g, "");
  return /^(10|127)(\.\d{1,3}){3}$|^192\.168(\.\d{1,3}){2}$|^172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}$|^::1$|^f[cd][0-9a-f]{2}:[0-9a-f:]+$/i.test(
    address,
  );
}

/** Names that a service answers to beside its own. */
function checkNames(name: string, service: ServiceModel, { report, places, model, lifted }: PolicyContext): void {
  const problemOf = (value: string): string | undefined => {
    if (value !== name && own(model.services, value) !== undefined) return "which is another service";
    return value.includes(".") ? "which looks like a name on the internet" : undefined;
  };
  const check = (value: unknown, path: (string | number)[]): void => {
    const problem = typeof value === "string" ? problemOf(value) : undefined;
    if (problem === undefined) return;
    report(
      "networks.aliases",
      { service: name, value: String(value), problem },
      places.at(["services", name, ...path]),
    );
  };
  if (lifted.has("networks.aliases")) return;
  check(service.hostname, ["hostname"]);
  for (const [network, settings] of pairsOf(service.networks)) {
    const aliases = (settings as { aliases?: unknown } | null)?.aliases;
    for (const [index, alias] of listOf(aliases).entries()) check(alias, ["networks", network, "aliases", index]);
  }
}
