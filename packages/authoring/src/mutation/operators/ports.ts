import { composeOperator } from "../compose-text.ts";
import type { ComposeSource, Settings } from "../operator.ts";
import { type PublishedPort, portsOf, writePort } from "../published-ports.ts";

const portOperator = (
  operator: { id: string; title: string; meaning: string },
  change: (port: PublishedPort) => Parameters<typeof writePort>[1] | undefined,
) =>
  composeOperator({
    ...operator,
    *edits(compose: ComposeSource) {
      for (const port of portsOf(compose)) {
        const changed = change(port);
        if (changed !== undefined) yield { at: port.at, set: [[port.at, writePort(port, changed)]] };
      }
    },
  });

export const portOperators = [
  composeOperator({
    id: "port.unpublish",
    title: "publish a port no more",
    meaning: "A service that nobody reaches from outside counts as one that is open.",
    *edits(compose) {
      for (const { at } of portsOf(compose)) yield { at, set: [[at, undefined]] };
    },
  }),
  composeOperator({
    id: "port.publish",
    title: "publish what was not to be published",
    meaning: "A door that the task does not ask for is not noticed.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        if (settings["ports"] !== undefined) continue;
        const container = likelyPort(settings);
        const at = ["services", name, "ports"];
        yield { at, set: [[at, [`127.0.0.1:1${container.padStart(4, "0")}:${container}`]]] };
      }
    },
  }),
  portOperator(
    {
      id: "port.all-interfaces",
      title: "publish on all addresses of the machine",
      meaning: "A port that the whole network reaches counts as one that only this machine does.",
    },
    ({ address }) => (address === undefined ? undefined : { address: undefined }),
  ),
  portOperator(
    {
      id: "port.loopback",
      title: "publish on the loopback address only",
      meaning: "A port that only this machine reaches counts as one that is open to others.",
    },
    ({ address }) => (address === undefined ? { address: "127.0.0.1" } : undefined),
  ),
  portOperator(
    {
      id: "port.other-container",
      title: "publish another port of the container",
      meaning: "A published port at which nothing listens counts as an open one.",
    },
    ({ container }) => ({ container: String(Number(container) + 1) }),
  ),
  portOperator(
    {
      id: "port.other-host",
      title: "publish at another port of the machine",
      meaning: "The port that the task names is not needed.",
    },
    ({ host }) => (host === undefined ? undefined : { host: String(Number(host) + 1000) }),
  ),
  portOperator(
    {
      id: "port.any-host",
      title: "let the engine choose the port of the machine",
      meaning: "A port that is another one after each start counts as the one that the task names.",
    },
    ({ host }) => (host === undefined ? undefined : { host: undefined }),
  ),
  portOperator(
    {
      id: "port.udp",
      title: "publish for UDP",
      meaning: "A port that no browser can use counts as an open one.",
    },
    ({ protocol }) => (protocol === "udp" ? undefined : { protocol: "udp" }),
  ),
];

const KNOWN: Record<string, string> = { nginx: "80", haproxy: "80", redis: "6379", postgres: "5432", mysql: "3306" };

/** Which one matters little: that there is a door does. */
function likelyPort({ image }: Settings): string {
  const [name = ""] = typeof image === "string" ? image.split(/[:@]/) : [];
  return KNOWN[name.split("/").at(-1) ?? ""] ?? "8000";
}
