import { isSettings, type Settings } from "./values.ts";

/** What names other services or things of the top level stays where those are. */
const STAYS = ["depends_on", "networks", "volumes", "secrets", "configs", "network_mode", "links", "profiles"];

/** Every service in a file of its own, and extended from there. */
export function splitByExtends(document: Settings, other: string): { main: Settings; other: Settings } | undefined {
  const own: Settings = {};
  const base: Settings = {};
  for (const [name, service] of servicesOf(document)) {
    const entries = Object.entries(service);
    const moved = entries.filter(([key]) => !STAYS.includes(key));
    if (moved.length === 0 || "extends" in service) return undefined;
    base[name] = Object.fromEntries(moved);
    own[name] = {
      extends: { file: other, service: name },
      ...Object.fromEntries(entries.filter(([key]) => STAYS.includes(key))),
    };
  }
  return { main: { ...document, services: own }, other: { services: base } };
}

/** The services that wait for nobody, with all they name, in a file that is included. */
export function splitByInclude(document: Settings, other: string): { main: Settings; other: Settings } | undefined {
  const services = servicesOf(document);
  const moved = services.filter(
    ([, service]) => !["depends_on", "network_mode", "links", "extends"].some((key) => key in service),
  );
  if (moved.length === 0 || moved.length === services.length || "include" in document) return undefined;
  const stayed = services.filter((entry) => !moved.includes(entry));
  const { services: _, name, ...rest } = document;
  return {
    main: { ...(name === undefined ? {} : { name }), include: [other], ...rest, services: Object.fromEntries(stayed) },
    other: { ...rest, services: Object.fromEntries(moved) },
  };
}

function servicesOf(document: Settings): [string, Settings][] {
  const services = isSettings(document["services"]) ? document["services"] : {};
  return Object.entries(services).map(([name, service]) => [name, isSettings(service) ? service : {}]);
}
