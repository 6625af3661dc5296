import type { PolicyContext } from "./context.ts";

/**
 * A service that always starts cannot wait for one that starts only on demand: Compose, which is asked for the model of
 * all profiles, accepts it there and refuses it at `up`.
 */
export function checkProfiles({ model, report, places }: PolicyContext): void {
  const isOnDemand = (name: string): boolean => (model.services[name]?.profiles ?? []).length > 0;
  for (const [service, { depends_on }] of Object.entries(model.services)) {
    if (isOnDemand(service)) continue;
    for (const [target, { required }] of Object.entries(depends_on ?? {})) {
      if (required === false || !isOnDemand(target)) continue;
      const problem = "which starts only when its profile is asked for";
      report("schema.depends", { service, target, problem }, places.at(["services", service, "depends_on", target]));
    }
  }
}
