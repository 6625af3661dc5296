import type { CheckSource } from "../check-source.ts";
import type { Report } from "../finding.ts";
import { IN_CONTAINER } from "../handle-methods.ts";

const CLIENTS =
  /^(node:)?(http|https|http2|net|dgram|tls|fs|fs\/promises|child_process)$|^(undici|axios|got|execa|dockerode)$/;

/** Addresses and ports of one machine, and clients of the check's own. */
export function checkSurroundings(source: CheckSource, report: Report): void {
  checkClients(source, report);
  checkAddresses(source, report);
}

function checkClients(source: CheckSource, report: Report): void {
  for (const { module, at } of source.imports) {
    if (CLIENTS.test(module)) report("checks.past-handles", { what: module }, source.place(at), module);
  }
  for (const { name, at } of source.calls) {
    if (name !== "fetch" || source.tokens[at - 1]?.text === "." || source.functions.has("fetch")) continue;
    report("checks.past-handles", { what: "fetch" }, source.place(at), source.owner(at));
  }
}

const ADDRESS = /(?<![\d.])(?!127\.|0\.0\.0\.0|255\.)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?![\d.])/;
/** The beginning of an address of the engine's networks. */
const PREFIX = /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){0,2}\.$/;
const LOCAL = /^https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)/;

function checkAddresses(source: CheckSource, report: Report): void {
  const { tokens, calls } = source;
  const inContainer = calls.filter(({ name, at }) => IN_CONTAINER.test(name) && tokens[at - 1]?.text === ".");
  for (const [index, { kind, value }] of tokens.entries()) {
    if ((kind !== "string" && kind !== "template") || source.isProse(index)) continue;
    const address = ADDRESS.exec(value)?.[1] ?? PREFIX.exec(value)?.[0];
    if (address !== undefined) {
      report("checks.fixed-address", { address }, source.place(index), source.owner(index));
    }
    const port = LOCAL.exec(value)?.[1] ?? comparedPort(source, index);
    const isInside = inContainer.some(({ open, close }) => open < index && index < close);
    if (port !== undefined && !isInside) {
      report("checks.fixed-port", { port }, source.place(index), source.owner(index));
    }
  }
}

const HOST_PORT = /^(published|actual|hostPort)$/;

/** The number in `published === "8080"`, whichever side it stands on. */
function comparedPort({ tokens }: CheckSource, index: number): string | undefined {
  const value = tokens[index]?.value ?? "";
  const [before, after] = [tokens[index - 1]?.text ?? "", tokens[index + 1]?.text ?? ""];
  const rest = tokens.slice(index + 2).map(({ text }) => text);
  const other = rest.slice(
    0,
    rest.findIndex((text) => /^([;,){]|&&|\|\|)$/.test(text)),
  );
  const isCompared =
    (/^[!=]==?$/.test(before) && HOST_PORT.test(tokens[index - 2]?.text ?? "")) ||
    (/^[!=]==?$/.test(after) && other.some((text) => HOST_PORT.test(text)));
  return isCompared && /^[1-9]\d*$/.test(value) ? value : undefined;
}
