import type { Report } from "../finding/finding.ts";
import { entriesOf, getNode, itemsOf, textOf } from "../yaml/node.ts";
import { placeOf, type Source } from "./sources.ts";

/** Published ports of one stack. Each costs the engine a process; 300 took 1.3 GB and 18 s to remove. */
export const MAX_PORTS = 20;

/** Ranges that expand to more than the bound, before Compose expands them (65,535 ports: 6 s and 900 MB). */
export function checkPortRanges(sources: readonly Source[], report: Report): void {
  for (const source of sources) {
    for (const service of entriesOf(getNode(source.root, "services"))) {
      for (const item of itemsOf(getNode(service.value, "ports"))) {
        const written = textOf(item) ?? textOf(getNode(item, "published")) ?? "";
        const sizes = [...written.matchAll(/(\d+)-(\d+)/g)].map(([, from, to]) => Number(to) - Number(from) + 1);
        const count = Math.max(1, ...sizes);
        if (count <= MAX_PORTS) continue;
        report("ports.count", { service: service.key, count, limit: MAX_PORTS }, placeOf(source.file, item));
      }
    }
  }
}
