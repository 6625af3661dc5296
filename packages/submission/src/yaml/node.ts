/** A YAML value with the position of everything in it; aliases and merge keys are already resolved. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

interface Positioned {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 code units. */
  column: number;
}

interface YamlMap extends Positioned {
  kind: "map";
  entries: YamlEntry[];
}

/** The position is the key's. */
export interface YamlEntry extends Positioned {
  key: string;
  value: YamlNode;
}

interface YamlList extends Positioned {
  kind: "list";
  items: YamlNode[];
}

interface YamlScalar extends Positioned {
  kind: "scalar";
  value: string | number | boolean | null;
}

export interface YamlProblem extends Positioned {
  code: "yaml.syntax" | "yaml.one-document" | "yaml.tags" | "yaml.duplicate" | "yaml.aliases" | "schema.empty";
  args: Record<string, string | number>;
}

export interface YamlAnswer {
  root: YamlNode | undefined;
  problems: YamlProblem[];
}

/** The value of one key of a mapping. */
export function getNode(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== "map") return undefined;
  return node.entries.find((entry) => entry.key === key)?.value;
}

/** Entries of a mapping, none for anything else. */
export function entriesOf(node: YamlNode | undefined): YamlEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** Items of a list; a lone value counts as a list of one, as Compose has it for many keys. */
export function itemsOf(node: YamlNode | undefined): YamlNode[] {
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return [];
  return node.kind === "list" ? node.items : [node];
}

/** The text of a scalar; undefined for anything else. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}

/** Plain data. Objects have no prototype, so that a key such as `__proto__` is only a key. */
export function toValue(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toValue);
  const value: Record<string, unknown> = Object.create(null);
  for (const entry of node.entries) value[entry.key] = toValue(entry.value);
  return value;
}
