import { isSettings, type Path } from "./compose-text.ts";
import type { ComposeSource, Settings } from "./operator.ts";

/** Short and long syntax of what services hold, read as one and written back as they were. */

export interface Mount {
  at: Path;
  service: string;
  type: string;
  /** Undefined for an anonymous volume. */
  source: string | undefined;
  target: string;
  readOnly: boolean;
  written: unknown;
}

export function* mountsOf({ services }: ComposeSource): Iterable<Mount> {
  for (const [service, settings] of services) {
    for (const [index, written] of listOf(settings["volumes"]).entries()) {
      const mount = readMount(written);
      if (mount !== undefined) yield { at: ["services", service, "volumes", index], service, written, ...mount };
    }
  }
}

type MountParts = Pick<Mount, "type" | "source" | "target" | "readOnly">;

function readMount(written: unknown): MountParts | undefined {
  if (isSettings(written)) {
    const { type, source, target } = written;
    if (typeof target !== "string" || typeof type !== "string") return undefined;
    const name = typeof source === "string" ? source : undefined;
    return { type, source: name, target, readOnly: written["read_only"] === true };
  }
  if (typeof written !== "string") return undefined;
  const [first = "", second, mode = ""] = written.split(":");
  if (second === undefined) return { type: "volume", source: undefined, target: first, readOnly: false };
  const type = /^[./~]/.test(first) ? "bind" : "volume";
  return { type, source: first, target: second, readOnly: mode.split(",").includes("ro") };
}

/** The mount with parts of it changed, in the syntax that it was written in. */
export function writeMount(mount: Mount, change: Partial<MountParts>): unknown {
  const { type, source, target, readOnly } = { ...mount, ...change };
  if (isSettings(mount.written)) {
    const { source: _source, read_only: _mode, bind: _bind, volume: _volume, ...rest } = mount.written;
    const kept = change.type === undefined || change.type === mount.type ? mount.written : rest;
    const base = Object.fromEntries(Object.entries(kept).filter(([key]) => key !== "source" && key !== "read_only"));
    return {
      ...base,
      type,
      ...(source === undefined ? {} : { source }),
      target,
      ...(readOnly ? { read_only: true } : {}),
    };
  }
  if (type === "tmpfs") return { type, target };
  return [...(source === undefined ? [] : [source]), target, ...(readOnly && source !== undefined ? ["ro"] : [])].join(
    ":",
  );
}

export interface PublishedPort {
  at: Path;
  service: string;
  address: string | undefined;
  host: string | undefined;
  container: string;
  protocol: string | undefined;
  written: unknown;
}

export function* portsOf({ services }: ComposeSource): Iterable<PublishedPort> {
  for (const [service, settings] of services) {
    for (const [index, written] of listOf(settings["ports"]).entries()) {
      const port = readPort(written);
      if (port !== undefined) yield { at: ["services", service, "ports", index], service, written, ...port };
    }
  }
}

type PortParts = Pick<PublishedPort, "address" | "host" | "container" | "protocol">;

function readPort(written: unknown): PortParts | undefined {
  if (isSettings(written)) {
    const text = (key: string) => (written[key] === undefined ? undefined : String(written[key]));
    const container = text("target");
    if (container === undefined) return undefined;
    return { address: text("host_ip"), host: text("published"), container, protocol: text("protocol") };
  }
  if (typeof written !== "string" && typeof written !== "number") return undefined;
  const match = /^(?:(\[[^\]]*\]|[^:]*):)?(?:(\d*):)?(\d+)(?:\/(\w+))?$/.exec(String(written));
  if (match === null) return undefined;
  const [, first, second, container = "", protocol] = match;
  if (second !== undefined) return { address: first, host: second === "" ? undefined : second, container, protocol };
  return { address: undefined, host: first, container, protocol };
}

export function writePort(port: PublishedPort, change: Partial<PortParts>): unknown {
  const { address, host, container, protocol } = { ...port, ...change };
  if (isSettings(port.written)) {
    const { host_ip: _address, published: _host, ...rest } = port.written;
    return {
      ...rest,
      target: Number(container),
      ...(host === undefined ? {} : { published: host }),
      ...(address === undefined ? {} : { host_ip: address }),
      ...(protocol === undefined ? {} : { protocol }),
    };
  }
  const front = address === undefined ? (host === undefined ? "" : `${host}:`) : `${address}:${host ?? ""}:`;
  return `${front}${container}${protocol === undefined ? "" : `/${protocol}`}`;
}

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
