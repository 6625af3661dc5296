import { Document, isCollection, isMap, isNode, isScalar, isSeq, type Node, parseDocument, visit } from "yaml";
import type { ComposeSource, Operator, Settings } from "./operator.ts";

export type Path = readonly (string | number)[];

/** One mistake in a Compose file as data: values by path, in this order; undefined takes the key or the item away. */
export interface ComposeEdit {
  at: Path;
  /** Tells edits of one place apart: the network that a service moves to. */
  detail?: string;
  set: readonly (readonly [Path, unknown])[];
  /** Before anything is set: the key at the path gets this name. */
  rename?: readonly [Path, string];
}

/** Thrown by nothing here: a reference that is no YAML mapping has no edits, and `verify` says what is wrong with it. */
export function readCompose(path: string, text: string): ComposeSource | undefined {
  const value: unknown = parseDocument(text).toJS();
  if (!isSettings(value) || !isSettings(value["services"])) return undefined;
  const services = Object.entries(value["services"]).flatMap(([name, service]): [string, Settings][] =>
    isSettings(service) ? [[name, service]] : [],
  );
  return {
    path,
    text,
    services: new Map(services),
    networks: isSettings(value["networks"]) ? value["networks"] : {},
    volumes: isSettings(value["volumes"]) ? value["volumes"] : {},
  };
}

/**
 * The file as edits are written, so that a difference shows the edit alone. Anchors and merges are written out, and
 * fragments (`x-…`) left away then: a mistake is made in one service, not in all that share a fragment.
 */
export function normaliseCompose(text: string): string {
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0) return text;
  let shares = false;
  visit(document, {
    Alias() {
      shares = true;
      return visit.BREAK;
    },
  });
  if (!shares) return write(document);
  const value: unknown = document.toJS();
  if (!isSettings(value)) return text;
  const kept = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
  return write(new Document(kept, { aliasDuplicateObjects: false }));
}

/** An operator that is written as edits of the Compose file. */
export function composeOperator(
  operator: Omit<Operator, "mutate"> & { edits(compose: ComposeSource): Iterable<ComposeEdit> },
): Operator {
  const { id, title, meaning } = operator;
  return {
    id,
    title,
    meaning,
    *mutate({ compose }) {
      if (compose === undefined) return;
      for (const edit of operator.edits(compose)) {
        const target = edit.detail === undefined ? showPath(edit.at) : `${showPath(edit.at)}=${edit.detail}`;
        yield { target, files: new Map([[compose.path, applyEdit(compose.text, edit)]]) };
      }
    },
  };
}

/** `services.db.volumes[0]` */
function showPath(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

export function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function applyEdit(text: string, { set, rename }: ComposeEdit): string {
  const document = parseDocument(text);
  if (rename !== undefined) renameAt(document, ...rename);
  for (const [path, value] of set) {
    if (value === undefined) dropAt(document, path);
    else setAt(document, path, value);
  }
  return write(document);
}

function renameAt(document: Document<Node>, path: Path, name: string): void {
  const holder = document.getIn(path.slice(0, -1), true);
  if (!isMap(holder)) return;
  for (const { key } of holder.items) {
    if (isScalar(key) && key.value === path.at(-1)) key.value = name;
  }
}

/** In the style of what stood there: quotes, and lists on one line. */
function setAt(document: Document<Node>, path: Path, value: unknown): void {
  const parent = path.slice(0, -1);
  const last = path.at(-1);
  if (last === undefined) return;
  const holder = document.getIn(parent, true);
  if ((!isNode(holder) || isEmptyNode(holder)) && parent.length > 0) {
    setAt(document, parent, { [last]: value });
    return;
  }
  const before = document.getIn(path, true);
  const node = document.createNode(value);
  if (isSeq(node) && isSeq(before) && before.flow) node.flow = true;
  if (isScalar(node) && isScalar(before) && typeof node.value === "string" && before.type) node.type = before.type;
  document.setIn(path, node);
}

/** What is empty then goes too, up to the service, but for the name of a network or a volume, which says enough. */
function dropAt(document: Document<Node>, path: Path): void {
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const holder = document.getIn(parent, true);
  if (!isCollection(holder) || holder.items.length > 0) return;
  if (["networks", "volumes"].includes(String(parent.at(-2)))) document.setIn(parent, document.createNode(null));
  else if (parent.length > (path[0] === "services" ? 2 : 0)) dropAt(document, parent);
}

const isEmptyNode = (node: Node): boolean => isScalar(node) && node.value === null;

const write = (document: Document | Document.Parsed): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: false, nullStr: "" });
