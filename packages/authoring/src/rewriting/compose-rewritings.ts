import { Alias, Document, isCollection, isScalar, type Pair, parseDocument, Scalar, visit, YAMLMap } from "yaml";
import type { Files, Rewriting, Source } from "./rewriting.ts";
import { inSyntax, LONG, SHORT } from "./service-syntax.ts";
import { splitByExtends, splitByInclude } from "./several-files.ts";
import { isSettings, mapServices, readSettings, type Settings, writeSettings } from "./values.ts";

/** A rewriting of the Compose file's text alone. */
function ofText(id: string, rewrite: (text: string) => string | undefined): Rewriting {
  return {
    id,
    rewrite: ({ files, compose }) => {
      const text = compose === undefined ? undefined : files.get(compose);
      const written = text === undefined ? undefined : rewrite(text);
      return compose === undefined || written === undefined || written === text
        ? undefined
        : new Map([[compose, written]]);
    },
  };
}

/** A rewriting of what the Compose file says, as plain values. */
function ofValues(id: string, rewrite: (document: Settings) => string | undefined): Rewriting {
  return ofText(id, (text) => {
    const document = readSettings(text);
    return document === undefined ? undefined : rewrite(document);
  });
}

const inOtherSyntax = (id: string, syntax: typeof LONG): Rewriting =>
  ofValues(id, (document) => {
    const changed = mapServices(document, (service) => inSyntax(service, syntax));
    return changed === undefined ? undefined : writeSettings(changed);
  });

function ofSeveralFiles(
  id: string,
  split: (document: Settings, other: string) => { main: Settings; other: Settings } | undefined,
): Rewriting {
  const other = `${id}.yaml`;
  return {
    id,
    rewrite: ({ files, compose, takes }: Source): Files | undefined => {
      const document = compose === undefined ? undefined : readSettings(files.get(compose) ?? "");
      if (compose === undefined || document === undefined || compose.includes("/") || !takes(other)) return undefined;
      const parts = split(document, other);
      if (parts === undefined) return undefined;
      return new Map([
        [compose, writeSettings(parts.main)],
        [other, writeSettings(parts.other)],
      ]);
    },
  };
}

export const COMPOSE_REWRITINGS: Rewriting[] = [
  ofValues("json", (document) => `${JSON.stringify(withoutFragments(document), null, 2)}\n`),
  ofValues("reversed-keys", (document) => writeSettings(reversed(document) as Settings)),
  ofText("comments", withComments),
  ofValues("anchors", withAnchors),
  ofValues("merge-keys", withMergeKeys),
  inOtherSyntax("long-syntax", LONG),
  inOtherSyntax("short-syntax", SHORT),
  ofText("windows-line-ends", (text) => text.replace(/\r?\n/g, "\r\n")),
  ofSeveralFiles("extends", splitByExtends),
  ofSeveralFiles("include", splitByInclude),
];

function withoutFragments(document: Settings): Settings {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith("x-")));
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isSettings(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

/** A comment and an empty line before every key that stands on a line of its own. */
function withComments(text: string): string {
  const document = parseDocument(text);
  visit(document, {
    Pair(_, pair, parents) {
      const holder = parents.findLast(isCollection);
      if (!isScalar(pair.key) || holder?.flow === true) return;
      pair.key.commentBefore = ` about ${String(pair.key.value)}`;
      pair.key.spaceBefore = true;
    },
    Scalar(_, scalar) {
      // Compose does not read `{ front:, back: }`.
      if (scalar.value === null) scalar.source = "null";
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Every mapping and list that occurs twice is written once, and named. */
function withAnchors(document: Settings): string | undefined {
  const seen = new Map<string, unknown>();
  const shared = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const inner = Array.isArray(value)
      ? value.map(shared)
      : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shared(part)]));
    const text = JSON.stringify(inner);
    const earlier = seen.get(text);
    if (earlier === undefined) seen.set(text, inner);
    return earlier ?? inner;
  };
  const written = new Document(shared(withoutFragments(document))).toString({ lineWidth: 0 });
  return /^\s*[^#]*&a\d+/m.test(written) ? written : undefined;
}

/** Half of each service's keys come from a fragment, by a merge key. */
function withMergeKeys(document: Settings): string | undefined {
  const services = isSettings(document["services"]) ? document["services"] : {};
  const written = new Document(withoutFragments(document), { aliasDuplicateObjects: false });
  const fragments: Pair[] = [];
  for (const [name, service] of Object.entries(services)) {
    const map = written.getIn(["services", name]);
    if (!isSettings(service) || !(map instanceof YAMLMap) || map.items.length < 2) continue;
    const moved = map.items.splice(0, Math.ceil(map.items.length / 2));
    const fragment = new YAMLMap(written.schema);
    fragment.items = moved;
    fragment.anchor = `of-${name.replace(/[^A-Za-z0-9]/g, "-")}`;
    fragments.push(written.createPair(`x-${name}`, fragment));
    const key = new Scalar("<<");
    key.type = Scalar.PLAIN;
    map.items.unshift(written.createPair(key, new Alias(fragment.anchor)));
  }
  if (fragments.length === 0 || !(written.contents instanceof YAMLMap)) return undefined;
  written.contents.items.unshift(...fragments);
  return written.toString({ lineWidth: 0 });
}
