import { isSettings, type Path } from "./compose-text.ts";
import { listOf } from "./names.ts";
import type { ComposeSource } from "./operator.ts";

/** Short and long syntax, read as one and written back as it was. */
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
