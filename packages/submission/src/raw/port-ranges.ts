import type { Report } from "../finding/finding.ts";
import { entriesOf, getNode, itemsOf, textOf } from "../yaml/node.ts";
import { placeOf, type Source } from "./sources.ts";

/** Published ports of one stack. Each costs the engine a process; 300 took 1.3 GB and 18 s to remove. */
export const MAX_PORTS = 20;

/**
 * Published ports of all services together, before Compose expands their ranges (65,535 ports: 6 s and 900 MB). Once
 * for each file, since a file that another one extends may be counted there again.
 */
export function checkPortRanges(sources: readonly Source[], report: Report): void {
  for (const source of sources) {
    let total = 0;
    for (const service of entriesOf(getNode(source.root, "services"))) {
      for (const item of itemsOf(getNode(service.value, "ports"))) {
        const written = textOf(item) ?? textOf(getNode(item, "published")) ?? "";
        const sizes = [...written.matchAll(/(\d+)-(\d+)/g)].map(([, from, to]) => Number(to) - Number(from) + 1);
        total += Math.max(1, ...sizes);
        if (total <= MAX_PORTS) continue;
        const args = { service: service.key, count: total, limit: MAX_PORTS };
        report("ports.count", args, placeOf(source.file, item));
        return;
      }
    }
  }
}
