import type { Report } from "../finding/finding.ts";
import type { YamlNode } from "../yaml/node.ts";
import { MAX_EXPANDED, referenced } from "./env-size.ts";
import { placeOf, type Source } from "./sources.ts";

/** Dollar signs of all files together; 5,000 in one value take Compose 5 s. */
const MAX_DOLLARS = 2_000;

/** Variables that grow beyond the bound where the files use them. */
export function checkInterpolation(
  sources: readonly Source[],
  lengths: ReadonlyMap<string, number>,
  report: Report,
): void {
  let dollars = 0;
  let total = 0;
  const visit = (node: YamlNode, file: string): boolean => {
    if (node.kind === "list") return node.items.some((item) => visit(item, file));
    if (node.kind === "map") return node.entries.some(({ value }) => visit(value, file));
    if (typeof node.value !== "string") return false;
    dollars += node.value.split("$").length - 1;
    total += referenced(node.value, lengths);
    if (dollars > MAX_DOLLARS) report("interp.count", { limit: MAX_DOLLARS }, placeOf(file, node));
    else if (total > MAX_EXPANDED) report("interp.size", { limit: MAX_EXPANDED }, placeOf(file, node));
    else return false;
    return true;
  };
  for (const { file, root } of sources) if (visit(root, file)) return;
}
