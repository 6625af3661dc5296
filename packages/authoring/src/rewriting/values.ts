import { Document, parse } from "yaml";

/** A mapping of YAML as plain values. */
export type Settings = Record<string, unknown>;

export const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The file as plain values, aliases and merges written out; undefined when it is no mapping. */
export function readSettings(text: string): Settings | undefined {
  const value: unknown = parse(text, { merge: true });
  return isSettings(value) ? value : undefined;
}

/** Without the fragments that only aliases pointed to, and without aliases for what happens to be equal. */
export function writeSettings(value: Settings): string {
  const kept = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
  return new Document(kept, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
}

/** The same document with each service changed; undefined when no service changed. */
export function mapServices(
  document: Settings,
  change: (service: Settings, name: string) => Settings,
): Settings | undefined {
  const services = Object.entries(isSettings(document["services"]) ? document["services"] : {});
  const changed = services.map(([name, service]): [string, unknown] => [
    name,
    isSettings(service) ? change(service, name) : service,
  ]);
  if (JSON.stringify(changed) === JSON.stringify(services)) return undefined;
  return { ...document, services: Object.fromEntries(changed) };
}
