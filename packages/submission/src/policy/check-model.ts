import { checkKeys } from "../keys/shape.ts";
import { composeFile } from "../keys/top.ts";
import { MAX_PORTS } from "../raw/port-ranges.ts";
import { type CheckedBuilds, checkBuilds } from "./builds.ts";
import type { PolicyContext } from "./context.ts";
import { checkMounts } from "./mounts.ts";
import { checkProfiles } from "./profiles.ts";
import { checkFiles, checkLabels, checkNetworks, checkVolumes } from "./resources.ts";
import { checkService } from "./service.ts";

/** The allow-list over the canonical model: first every key, then the values that could reach out. */
export async function checkModel(context: PolicyContext): Promise<CheckedBuilds> {
  const { model, report, places, manifest } = context;
  checkKeys(model, composeFile, [], { report, place: places.at, notes: false });
  const services = Object.entries(model.services);
  const limit = manifest.limits.services;
  if (services.length > limit) report("services.count", { count: services.length, limit }, places.at(["services"]));
  let ports = 0;
  for (const [name, service] of services) {
    checkService(name, service, context);
    ports += service.ports?.length ?? 0;
    if (ports > MAX_PORTS) {
      report("ports.count", { service: name, count: ports, limit: MAX_PORTS }, places.at(["services", name, "ports"]));
      break;
    }
  }
  checkProfiles(context);
  await checkMounts(context);
  checkVolumes(context);
  checkNetworks(context);
  await checkFiles(context);
  checkLabels(context);
  return await checkBuilds(context);
}
