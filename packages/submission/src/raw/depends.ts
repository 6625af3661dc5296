import type { Place } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import { likely } from "../text/likely.ts";

export interface Dependency {
  target: string;
  required: boolean;
  place: Place;
}

/**
 * Unknown targets and circles of `depends_on`. Compose finds them too, but without a line, and its own search for
 * circles takes exponential time (24 services, each after all before it: 4 s).
 */
export function checkDepends(services: ReadonlyMap<string, Dependency[]>, report: Report): void {
  for (const [service, dependencies] of services) {
    for (const { target, required, place } of dependencies) {
      if (services.has(target) || !required) continue;
      const args = { service, target, problem: "which is not a service of this file" };
      report("schema.depends", { ...args, likely: likely(target, services.keys()) ?? "" }, place);
    }
  }
  const done = new Set<string>();
  const visit = (service: string, path: string[]): boolean => {
    if (done.has(service)) return false;
    for (const { target, place } of services.get(service) ?? []) {
      const start = [...path, service].indexOf(target);
      if (start >= 0) {
        const circle = [...path, service].slice(start);
        const problem = `and so on in a circle: ${[...circle, target].join(" → ")}`;
        reportCircle(services, circle, target, problem, place, report);
        return true;
      }
      if (visit(target, [...path, service])) return true;
    }
    done.add(service);
    return false;
  };
  for (const service of services.keys()) if (visit(service, [])) return;
}

/** A circle has no first member; the one that is written first is where a reader starts. */
function reportCircle(
  services: ReadonlyMap<string, Dependency[]>,
  circle: string[],
  last: string,
  problem: string,
  place: Place,
  report: Report,
): void {
  const first = circle[0] ?? last;
  const next = circle[1] ?? last;
  const link = services.get(first)?.find((dependency) => dependency.target === next);
  report("schema.depends", { service: first, target: next, problem }, link?.place ?? place);
}
