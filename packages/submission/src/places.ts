import { posix } from "node:path";
import type { Place } from "@compose-labs/lab";
import type { ModelPath } from "./keys/shape.ts";
import { placeOf, type Source } from "./raw/sources.ts";
import { entriesOf, getNode, itemsOf, textOf, type YamlNode } from "./yaml/node.ts";

/** Where a part of the canonical model is written down. */
export interface Places {
  /** Of a dotted path (`services.db.networks`), or of its nearest ancestor that is written. Names may contain dots. */
  place(path: string): Place;
  /** The same for a path whose parts are known. */
  at(path: ModelPath): Place;
  /** The value as it is written at exactly this path, when it is a single one. */
  text(path: ModelPath): string | undefined;
  /**
   * Of the item of a list that `matches`; of the list itself where none does. Positions in the model are not those
   * in the files: what is extended and included adds items to a list.
   */
  item(path: ModelPath, matches: (item: YamlNode) => boolean): ItemPlace;
}

export interface ItemPlace extends Place {
  /** The item as it is written, when it was found. */
  node?: YamlNode;
}

interface Match {
  depth: number;
  place: Place;
  node: YamlNode | undefined;
}

/**
 * Looks paths up in the files as they are written: the Compose file first, then what it includes; within a
 * service also what it extends. The deepest match wins, then the earlier file.
 */
export function createPlaces(compose: string, sources: readonly Source[]): Places {
  const visible = sources.filter((source) => !source.extendedOnly);
  const matchesOf = (parts: readonly string[]): Match[] =>
    visible.flatMap((source) => [
      follow(source.file, source.root, parts, 0, undefined),
      ...extendedFrom(source, parts, sources),
    ]);
  const lookUp = (parts: readonly string[]): Match => {
    let best: Match = { depth: 0, place: { file: compose }, node: undefined };
    for (const match of matchesOf(parts)) if (match.depth > best.depth) best = match;
    return best;
  };
  return {
    place: (path) => lookUp(path.split(".")).place,
    at: (path) => lookUp(path.map(String)).place,
    text: (path) => {
      const { depth, node } = lookUp(path.map(String));
      return depth === path.length ? textOf(node) : undefined;
    },
    item: (path, matches) => {
      const parts = path.map(String);
      for (const match of matchesOf(parts)) {
        if (match.depth < parts.length) continue;
        const node = itemsOf(match.node).find(matches);
        if (node !== undefined) return { ...placeOf(match.place.file, node), node };
      }
      return lookUp(parts).place;
    },
  };
}

/** Follows `parts` down from `node`; at a mapping the longest run of parts that is a key wins. */
function follow(
  file: string,
  node: YamlNode,
  parts: readonly string[],
  depth: number,
  place: Place | undefined,
): Match {
  const here: Match = { depth, place: place ?? { file }, node };
  if (parts.length === 0) return here;
  if (node.kind === "map") {
    for (let length = parts.length; length > 0; length--) {
      const name = parts.slice(0, length).join(".");
      const entry = node.entries.find(({ key }) => key === name);
      if (entry !== undefined) {
        return follow(file, entry.value, parts.slice(length), depth + length, placeOf(file, entry));
      }
    }
    return here;
  }
  if (node.kind !== "list") return here;
  const [name = ""] = parts;
  const item = /^\d+$/.test(name) ? node.items[Number(name)] : node.items.find((candidate) => isNamed(candidate, name));
  return item === undefined ? here : follow(file, item, parts.slice(1), depth + 1, placeOf(file, item));
}

/** `NAME=value`, `name:value` and `source: name` stand for a key in lists that could as well be mappings. */
function isNamed(item: YamlNode, name: string): boolean {
  const text = textOf(item) ?? textOf(getNode(item, "source"));
  return text !== undefined && (text === name || text.startsWith(`${name}=`) || text.startsWith(`${name}:`));
}

function extendedFrom(source: Source, parts: readonly string[], sources: readonly Source[]): Match[] {
  const matches: Match[] = [];
  if (parts[0] !== "services") return matches;
  const services = entriesOf(getNode(source.root, "services"));
  const start = services.find(
    ({ key }) => parts.slice(1).join(".") === key || parts.slice(1).join(".").startsWith(`${key}.`),
  );
  if (start === undefined) return matches;
  const nameParts = start.key.split(".").length;
  const rest = parts.slice(1 + nameParts);
  const seen = new Set<YamlNode>();
  let at: { source: Source; service: YamlNode } | undefined = { source, service: start.value };
  while (at !== undefined && !seen.has(at.service)) {
    seen.add(at.service);
    at = baseOf(at.source, at.service, sources);
    if (at === undefined) break;
    const match = follow(at.source.file, at.service, rest, 0, undefined);
    // As deep as the same path in the file that extends; its own lines win when both are as deep.
    if (match.depth > 0) matches.push({ ...match, depth: match.depth + 1 + nameParts });
  }
  return matches;
}

/** The service that `service` extends, with the file it stands in. */
export function baseOf(
  source: Source,
  service: YamlNode,
  sources: readonly Source[],
): { source: Source; service: YamlNode } | undefined {
  const node = getNode(service, "extends");
  if (node === undefined) return undefined;
  const name = textOf(node) ?? textOf(getNode(node, "service"));
  const file = textOf(getNode(node, "file"));
  const path = file === undefined ? source.file : posix.normalize(posix.join(source.folder, file));
  const target = sources.find((candidate) => candidate.file === path);
  const base = target === undefined || name === undefined ? undefined : getNode(getNode(target.root, "services"), name);
  return target === undefined || base === undefined ? undefined : { source: target, service: base };
}
