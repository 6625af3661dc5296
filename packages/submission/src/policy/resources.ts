import { relative } from "node:path";
import { CONFIG_PROJECT } from "../canonical/compose-config.ts";
import { likely } from "../text/likely.ts";
import { isInside, realPath } from "../tree/inside.ts";
import { listOf, type PolicyContext, pairsOf } from "./context.ts";
import { isReservedLabel } from "./reserved-labels.ts";

/** Top-level volumes: this stack's own, made by the engine itself. */
export function checkVolumes({ model, report, places, lifted }: PolicyContext): void {
  for (const [volume, settings] of pairsOf(model.volumes)) {
    const { name, driver } = (settings ?? {}) as { name?: string; driver?: string };
    const at = (key: string) => places.at(["volumes", volume, key]);
    if (driver !== undefined && driver !== "local") report("volumes.driver", { volume, value: driver }, at("driver"));
    if (name !== undefined && name !== `${CONFIG_PROJECT}_${volume}` && !lifted.has("volumes.name")) {
      report("volumes.name", { volume, value: name }, at("name"));
    }
  }
}

const PRIVATE_SUBNET = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)[\d.]+\/(1[6-9]|2\d)$/;

/** Networks of one stack. An engine has about thirty subnets to give, for all runs together. */
const MAX_NETWORKS = 10;

/** Top-level networks: this stack's own bridges. */
export function checkNetworks({ model, report, places, lifted }: PolicyContext): void {
  const count = pairsOf(model.networks).length;
  if (count > MAX_NETWORKS) report("networks.count", { count, limit: MAX_NETWORKS }, places.at(["networks"]));
  for (const [network, settings] of pairsOf(model.networks)) {
    const value = (settings ?? {}) as { name?: string; driver?: string; ipam?: { driver?: string; config?: unknown } };
    const at = (key: string) => places.at(["networks", network, key]);
    if (value.driver !== undefined && value.driver !== "bridge") {
      report("networks.driver", { network, key: `driver: ${value.driver}` }, at("driver"));
    }
    if (value.name !== undefined && value.name !== `${CONFIG_PROJECT}_${network}`) {
      report("networks.name", { network, value: value.name }, at("name"));
    }
    const { driver, config } = value.ipam ?? {};
    if (driver !== undefined && driver !== "default")
      report("networks.ipam", { network, key: "ipam.driver" }, at("ipam"));
    for (const item of listOf(config)) {
      const { subnet = "" } = (item ?? {}) as { subnet?: string };
      if (!lifted.has("networks.ipam") || !PRIVATE_SUBNET.test(subnet)) {
        report("networks.ipam", { network, key: "ipam" }, at("ipam"));
      }
    }
  }
  if (lifted.has("networks.ipam")) return;
  for (const [service, { networks }] of Object.entries(model.services)) {
    for (const [network, endpoint] of pairsOf(networks)) {
      for (const key of ["ipv4_address", "ipv6_address"]) {
        if ((endpoint as Record<string, unknown> | null)?.[key] === undefined) continue;
        report("networks.ipam", { network, key }, places.at(["services", service, "networks", network, key]));
      }
    }
  }
}

/** Files behind secrets and configs: inside the copy and there. */
export async function checkFiles(context: PolicyContext): Promise<void> {
  const { model, report, places, root, files } = context;
  for (const [section, outside] of [
    ["secrets", "secrets.outside"],
    ["configs", "configs.outside"],
  ] as const) {
    for (const [name, settings] of pairsOf(model[section])) {
      const { file } = (settings ?? {}) as { file?: string };
      if (file === undefined) continue;
      const place = places.at([section, name, "file"]);
      const real = await realPath(file);
      const path = isInside(root, file) ? relative(root, file) : file;
      if (!isInside(root, file) || !isInside(root, real.path)) report(outside, { name, path }, place);
      else if (!real.exists) {
        const kind = section.slice(0, -1);
        report("secrets.missing", { kind, name, path, likely: likely(path, files) ?? "" }, place);
      }
    }
  }
}

/** Labels at every level that has them. */
export function checkLabels({ model, report, places }: PolicyContext): void {
  const check = (labels: unknown, path: string[]): void => {
    for (const [label] of pairsOf(labels)) {
      if (isReservedLabel(label)) report("labels.reserved", { label }, places.at([...path, label]));
    }
  };
  for (const [name, service] of Object.entries(model.services)) {
    check(service.labels, ["services", name, "labels"]);
    check(service.build?.labels, ["services", name, "build", "labels"]);
    check(service.deploy?.labels, ["services", name, "deploy", "labels"]);
  }
  for (const section of ["networks", "volumes", "secrets", "configs"] as const) {
    for (const [name, settings] of pairsOf(model[section])) {
      check((settings as { labels?: unknown } | null)?.labels, [section, name, "labels"]);
    }
  }
}
