import type { StackDrawing } from "@compose-labs/lab";
import { neutralise } from "./neutralise.ts";

/** Nodes beyond which a drawing would be a tangle; GitHub draws no diagram of more than 50,000 characters. */
const NODES = 40;

const WAITS: Record<string, string> = {
  service_started: "waits until started",
  service_healthy: "waits until healthy",
  service_completed_successfully: "waits until ended with 0",
};

/**
 * A label in quotes. Mermaid reads quotes, HTML, Markdown, directives and its own entities in it, so that every
 * character but letters, digits and a few harmless ones is written as a number.
 */
function label(...lines: string[]): string {
  const escaped = lines.map((line) =>
    neutralise(line.slice(0, 80))
      .replaceAll("\n", " ")
      .trim()
      .replace(/[^\p{L}\p{M}\p{N} ,/:_.-]|\.(?= )|^[^\p{L}\p{N}]/gu, (character) => `#${character.codePointAt(0)};`),
  );
  return `"${escaped.filter((line) => line !== "").join("<br/>") || "unnamed"}"`;
}

/**
 * The stack as a Mermaid flowchart: services in boxes, networks in rounded ones, volumes in drums, published ports as
 * arrows from the host. Undefined if there are no services, or too much for a picture. Names are only labels in it.
 */
export function drawMermaid(stack: StackDrawing): string | undefined {
  const mounts = stack.services.flatMap((service, index) =>
    service.volumes.map((volume) => ({ ...volume, service: `s${index}` })),
  );
  const named = [...new Set([...stack.volumes, ...mounts.filter(({ type }) => type === "volume").map((m) => m.name)])];
  const drums = named.filter((name) => name !== "");
  if (stack.services.length === 0) return undefined;
  if (stack.services.length + stack.networks.length + drums.length > NODES) return undefined;

  const serviceIds = new Map(stack.services.map(({ name }, index) => [name, `s${index}`]));
  const networkIds = new Map(stack.networks.map(({ name }, index) => [name, `n${index}`]));
  const volumeIds = new Map(drums.map((name, index) => [name, `v${index}`]));
  const lines = ["flowchart LR"];
  if (stack.services.some(({ ports }) => ports.length > 0)) lines.push('  host(("host"))');
  stack.services.forEach((service, index) => {
    lines.push(`  s${index}[${label(service.name, service.image, service.state ?? "")}]`);
  });
  stack.networks.forEach(({ name, internal }, index) => {
    lines.push(`  n${index}([${label(internal ? `${name} (internal)` : name)}])`);
  });
  for (const [name, id] of volumeIds) lines.push(`  ${id}[(${label(name)})]`);

  stack.services.forEach(({ ports, networks, dependsOn }, index) => {
    for (const port of ports) lines.push(`  host -->|${label(port)}| s${index}`);
    for (const network of networks) {
      const id = networkIds.get(network);
      if (id !== undefined) lines.push(`  s${index} --- ${id}`);
    }
    for (const { service, condition } of dependsOn) {
      const id = serviceIds.get(service);
      if (id !== undefined) lines.push(`  s${index} -.->|${label(WAITS[condition] ?? condition)}| ${id}`);
    }
  });
  for (const { service, name, target, type, readOnly } of mounts) {
    const id = type === "volume" ? volumeIds.get(name) : undefined;
    if (id !== undefined) lines.push(`  ${service} ---|${label(readOnly ? `${target}, read-only` : target)}| ${id}`);
  }
  return lines.join("\n");
}
