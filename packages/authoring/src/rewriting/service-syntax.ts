import { isSettings, type Settings } from "./values.ts";

/** One key of a service in its other syntax; the value itself where there is none. */
type Syntax = Record<string, (value: unknown) => unknown>;

/** Every key that has a short and a long syntax, in the long one. Values with variables in them stay as they are. */
export const LONG: Syntax = {
  build: (value) => (typeof value === "string" ? { context: value } : longBuild(value)),
  depends_on: (value) => mapOf(value, { condition: "service_started" }),
  dns: listOf,
  env_file: listOf,
  environment: variableMap,
  healthcheck: (value) => withTest(value, (test) => (typeof test === "string" ? ["CMD-SHELL", test] : test)),
  labels: variableMap,
  networks: (value) => mapOf(value, null),
  ports: (value) => items(value, longPort),
  tmpfs: listOf,
  volumes: (value) => items(value, longMount),
};

/** The other way, as far as the short syntax can say it. */
export const SHORT: Syntax = {
  build: (value) => {
    if (!isSettings(value)) return value;
    const { context, args, ...rest } = value;
    const isPlain = args === undefined && Object.keys(rest).length === 0 && typeof context === "string";
    return isPlain ? context : { ...value, ...(args === undefined ? {} : { args: variableList(args) }) };
  },
  depends_on: (value) => namesOf(value, (settings) => JSON.stringify(settings) === '{"condition":"service_started"}'),
  dns: onlyItem,
  env_file: onlyItem,
  environment: variableList,
  healthcheck: (value) =>
    withTest(value, (test) => (Array.isArray(test) && test.length === 2 && test[0] === "CMD-SHELL" ? test[1] : test)),
  labels: variableList,
  networks: (value) =>
    namesOf(value, (settings) => settings === null || (isSettings(settings) && Object.keys(settings).length === 0)),
  ports: (value) => items(value, shortPort),
  tmpfs: onlyItem,
  volumes: (value) => items(value, shortMount),
};

export function inSyntax(service: Settings, syntax: Syntax): Settings {
  return Object.fromEntries(Object.entries(service).map(([key, value]) => [key, syntax[key]?.(value) ?? value]));
}

const items = (value: unknown, change: (item: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : value;

function listOf(value: unknown): unknown {
  return typeof value === "string" ? [value] : value;
}

function onlyItem(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? value[0] : value;
}

function mapOf(value: unknown, settings: unknown): unknown {
  return Array.isArray(value) ? Object.fromEntries(value.map((name) => [name, settings])) : value;
}

function namesOf(value: unknown, isPlain: (settings: unknown) => boolean): unknown {
  return isSettings(value) && Object.values(value).every(isPlain) ? Object.keys(value) : value;
}

function variableMap(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map((entry) => {
      const [, name, assigned] = /^([^=]*)=(.*)$/s.exec(String(entry)) ?? [];
      return name === undefined ? [String(entry), null] : [name, assigned];
    }),
  );
}

function variableList(value: unknown): unknown {
  if (!isSettings(value)) return value;
  return Object.entries(value).map(([name, assigned]) => (assigned === null ? name : `${name}=${assigned}`));
}

function withTest(value: unknown, change: (test: unknown) => unknown): unknown {
  return isSettings(value) && "test" in value ? { ...value, test: change(value["test"]) } : value;
}

function longBuild(value: unknown): unknown {
  return isSettings(value) && "args" in value ? { ...value, args: variableMap(value["args"]) } : value;
}

function longPort(port: unknown): unknown {
  if (typeof port === "number") return { target: port };
  const short =
    /^(?:(?<host_ip>\[[^\]]+\]|\d+(?:\.\d+){3}):)?(?:(?<published>\d+)?:)?(?<target>\d+)(?:\/(?<protocol>\w+))?$/;
  const { target, ...rest } = short.exec(String(port))?.groups ?? {};
  if (typeof port !== "string" || target === undefined) return port;
  const given = Object.entries(rest).filter(([, part]) => part !== undefined);
  return { target: Number(target), ...Object.fromEntries(given) };
}

function shortPort(port: unknown): unknown {
  if (!isSettings(port)) return port;
  const { target, published, host_ip, protocol, mode, ...rest } = port;
  if (Object.keys(rest).length > 0 || (mode !== undefined && mode !== "ingress")) return port;
  const front = published === undefined && host_ip === undefined ? "" : `${published ?? ""}:`;
  const address = host_ip === undefined ? "" : `${host_ip}:`;
  return `${address}${front}${target}${protocol === undefined ? "" : `/${protocol}`}`;
}

function longMount(mount: unknown): unknown {
  if (typeof mount !== "string" || mount.includes("$")) return mount;
  const [first = "", target, mode, ...more] = mount.split(":");
  if (more.length > 0 || (mode !== undefined && mode !== "ro" && mode !== "rw")) return mount;
  if (target === undefined) return { type: "volume", target: first };
  const isBind = /^[./~]/.test(first);
  return {
    type: isBind ? "bind" : "volume",
    source: first,
    target,
    ...(mode === "ro" ? { read_only: true } : {}),
    // The short syntax makes a folder that is missing.
    ...(isBind ? { bind: { create_host_path: true } } : {}),
  };
}

function shortMount(mount: unknown): unknown {
  if (!isSettings(mount)) return mount;
  const { type, source, target, read_only = false, bind, ...rest } = mount;
  const isBind = type === "bind" && JSON.stringify(bind) === '{"create_host_path":true}';
  if (Object.keys(rest).length > 0 || !(isBind || (type === "volume" && bind === undefined))) return mount;
  if (source === undefined) return read_only === true ? mount : target;
  return `${source}:${target}${read_only === true ? ":ro" : ""}`;
}
