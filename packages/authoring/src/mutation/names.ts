import { isSettings, type Path } from "./compose-text.ts";
import type { ComposeSource, Settings } from "./operator.ts";

/** `networks`, `depends_on`: a list of names or a mapping; settings are null where there are none. */
export function namesOf(value: unknown): Map<string, Settings | null> {
  if (Array.isArray(value)) return new Map(value.map((name) => [String(name), null]));
  if (!isSettings(value)) return new Map();
  return new Map(Object.entries(value).map(([name, settings]) => [name, isSettings(settings) ? settings : null]));
}

/** As a list while no name has settings and `like` was none of them. */
export function writeNames(names: ReadonlyMap<string, Settings | null>, like: unknown): unknown {
  if (names.size === 0) return undefined;
  if (!isSettings(like) && [...names.values()].every((settings) => settings === null)) return [...names.keys()];
  return Object.fromEntries(names);
}

/** `environment` in either syntax, each with the path that its value is written at. */
export interface Variable {
  at: Path;
  service: string;
  name: string;
  value: string;
  /** What is written at `at` for another value. */
  write(value: string): string;
}

export function* variablesOf({ services }: ComposeSource): Iterable<Variable> {
  for (const [service, settings] of services) {
    const { environment } = settings;
    const path = ["services", service, "environment"];
    if (Array.isArray(environment)) {
      for (const [index, entry] of environment.entries()) {
        const [, name = "", value] = /^([^=]+)=(.*)$/s.exec(String(entry)) ?? [];
        if (value === undefined) continue;
        yield { at: [...path, index], service, name, value, write: (other) => `${name}=${other}` };
      }
    } else if (isSettings(environment)) {
      for (const [name, value] of Object.entries(environment)) {
        if (value === null) continue;
        yield { at: [...path, name], service, name, value: String(value), write: (other) => other };
      }
    }
  }
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
