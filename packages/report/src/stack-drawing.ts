import type { StackDrawing } from "@compose-labs/lab";
import { neutraliseDocument } from "./neutralise.ts";
import { closePage, openPage, type Page, type PageOptions } from "./page.ts";
import { measure, padEnd, truncate, wrap } from "./text-width.ts";

type Service = StackDrawing["services"][number];
type Network = StackDrawing["networks"][number];

const CONDITIONS: Record<string, string> = {
  service_started: "has started",
  service_healthy: "is healthy",
  service_completed_successfully: "has ended with 0",
};

/** `db is healthy`: what a service waits for before it starts. */
export function describeWait({ service, condition }: Service["dependsOn"][number]): string {
  return `${service} ${CONDITIONS[condition] ?? condition}`;
}

export function describeMount(volume: Service["volumes"][number]): string {
  const mode = volume.readOnly ? ", read-only" : "";
  if (volume.type === "tmpfs") return `tmpfs at ${volume.target}`;
  if (volume.name === "") return `anonymous volume at ${volume.target}${mode}`;
  return `${volume.type} ${volume.name} at ${volume.target}${mode}`;
}

function describeService(page: Page, service: Service): string[] {
  const state = service.state === undefined || service.state === "" ? "" : ` ${page.glyphs.dot} ${service.state}`;
  return [
    `${service.image}${state}`,
    ...service.ports.map((port) => `port ${port}`),
    ...service.volumes.map(describeMount),
    ...service.dependsOn.map((wait) => `waits until ${describeWait(wait)}`),
  ];
}

/** Rows that one fact of a service may take. */
const TEXT_ROWS = 3;

/**
 * Networks are vertical lines, and a dot joins a service to one. The first network takes the rightmost line, so
 * that the lines that lead down from the names never cross.
 */
function drawNetworks(page: Page, networks: Network[], nameWidth: number): string[] {
  const { rule, bar, corner } = page.glyphs;
  const rows = networks.map((network, index) => {
    const name = truncate(describeNetwork(network), nameWidth, page.glyphs.ellipsis);
    const lead = rule.repeat(nameWidth - measure(name) + 1 + 3 * (networks.length - index - 1) + 1);
    return `  ${name} ${page.paint("faint", `${lead}${corner}${`  ${bar}`.repeat(index)}`)}`;
  });
  return rows;
}

function describeNetwork(network: Network): string {
  return network.internal ? `${network.name} (internal)` : network.name;
}

/** The lines of a stack; the strings in it must be neutralised. */
export function drawStack(page: Page, stack: StackDrawing): string[] {
  const { joined, bar, ellipsis } = page.glyphs;
  const networks = stack.networks.filter((network) => stack.services.some((s) => s.networks.includes(network.name)));
  const drawn = networks.length * 3 + 30 > page.width ? [] : networks;
  const names = [...stack.services.map((service) => service.name), ...drawn.map(describeNetwork)];
  const nameWidth = Math.min(Math.max(...names.map(measure), 8), page.width - drawn.length * 3 - 24);
  const columns = drawn.toReversed();
  // A line ends at the last service that it joins.
  const lastRow = columns.map((network) => stack.services.findLastIndex((s) => s.networks.includes(network.name)));
  const textWidth = page.width - nameWidth - 5 - 3 * columns.length - 2;

  const lines = drawNetworks(page, drawn, nameWidth);
  if (drawn.length > 0) {
    lines.push(`${" ".repeat(nameWidth + 4)}${columns.map(() => ` ${page.paint("faint", bar)} `).join("")}`);
  }
  stack.services.forEach((service, row) => {
    const about = describeService(page, service).flatMap((text) =>
      wrap(text.replaceAll("\n", " "), textWidth).slice(0, TEXT_ROWS),
    );
    const extra = drawn.length === 0 && networks.length > 0 ? wrap(`on ${service.networks.join(", ")}`, textWidth) : [];
    [...about, ...extra].forEach((text, index) => {
      const name = index === 0 ? truncate(service.name, nameWidth, ellipsis) : "";
      const lanes = columns.map((network, column) => {
        if (index === 0 && service.networks.includes(network.name)) return ` ${page.paint("strong", joined)} `;
        const passes = index === 0 ? row <= (lastRow[column] ?? -1) : row < (lastRow[column] ?? -1);
        return passes ? ` ${page.paint("faint", bar)} ` : "   ";
      });
      const shown = index === 0 ? text : page.paint("faint", text);
      lines.push(`  ${page.paint("strong", padEnd(name, nameWidth))}  ${lanes.join("")}  ${shown}`);
    });
  });
  const mounted = new Set(stack.services.flatMap((service) => service.volumes.map((volume) => volume.name)));
  const idle = [
    ...stack.volumes.filter((volume) => !mounted.has(volume)).map((volume) => `volume ${volume}: no service mounts it`),
    ...stack.networks
      .filter((network) => !networks.includes(network))
      .map((network) => `network ${network.name}: no service joins it`),
  ];
  if (idle.length > 0) lines.push("");
  return [...lines, ...idle.flatMap((text) => wrap(text, page.width - 2).map((line) => `  ${line}`))];
}

/** A stack's services, networks, volumes and ports in characters, at most `width` columns. */
export function renderStack(drawing: StackDrawing, options: PageOptions): string {
  const page = openPage(options);
  return closePage(drawStack(page, neutraliseDocument(drawing, { ascii: !page.unicode })));
}
