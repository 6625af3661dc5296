import { posix } from "node:path";
import type { Report } from "../finding/finding.ts";
import { checkKeys } from "../keys/shape.ts";
import { composeFile } from "../keys/top.ts";
import { baseOf, createPlaces, type Places } from "../places.ts";
import { likely } from "../text/likely.ts";
import { entriesOf, getNode, itemsOf, textOf, toValue, type YamlNode } from "../yaml/node.ts";
import type { YamlParser } from "../yaml/parser.ts";
import { checkDepends, type Dependency } from "./depends.ts";
import { checkDotenv } from "./dotenv.ts";
import { checkPortRanges } from "./port-ranges.ts";
import { checkEnvFiles, loadSources, placeOf, type Source } from "./sources.ts";
import { kindOf, readGated } from "./text-file.ts";

export interface RawGateOptions {
  /** Absolute path of the copy. */
  root: string;
  /** The Compose file, relative. */
  compose: string;
  files: readonly string[];
  /** Services of one stack at most. */
  maxServices: number;
  parser: YamlParser;
  report: Report;
}

export interface RawAnswer {
  sources: Source[];
  places: Places;
}

/** Everything that has to be known before a tool reads the files: `docker compose config` alone can run a program. */
export async function gateRaw(options: RawGateOptions): Promise<RawAnswer> {
  const { root, compose, files, report, maxServices } = options;
  for (const file of files) {
    // An included folder's own `.env` is read even when another one is named on the command line.
    if (posix.basename(file) !== ".env" || (await kindOf(root, file)) !== "file") continue;
    const text = await readGated(root, file, report);
    if (text !== undefined) checkDotenv(text, file, report);
  }
  const sources = await loadSources(compose, options);
  const places = createPlaces(compose, sources);
  for (const source of sources) {
    const own = createPlaces(source.file, [{ ...source, extendedOnly: false }]);
    checkKeys(toValue(source.root), composeFile, [], { report, place: own.at, notes: true });
    checkRoots(source, report);
    for (const entry of entriesOf(getNode(source.root, "services"))) {
      await checkEnvFiles(entry.value, source, options);
      checkLabelFile(entry.value, source, report);
      checkExtends(entry.key, entry.value, source, sources, report);
    }
  }
  checkPortRanges(sources, report);
  const services = dependencies(sources);
  if (services.size > maxServices) {
    report("services.count", { count: services.size, limit: maxServices }, places.at(["services"]));
  }
  checkDepends(services, report);
  return { sources, places };
}

/** The sections of a Compose file, and each service, are mappings. */
function checkRoots(source: Source, report: Report): void {
  const wrong = (node: YamlNode, path: string, at: { line: number; column: number }): boolean => {
    if (node.kind === "map" || (node.kind === "scalar" && node.value === null)) return false;
    const found = node.kind === "list" ? "a list" : "a single value";
    report("schema.root", { path, found }, placeOf(source.file, at));
    return true;
  };
  for (const section of entriesOf(source.root)) {
    if (!/^(services|networks|volumes|secrets|configs)$/.test(section.key)) continue;
    if (wrong(section.value, section.key, section)) continue;
    for (const entry of entriesOf(section.value)) wrong(entry.value, `${section.key}.${entry.key}`, entry);
  }
}

/** Compose reads the file's lines into labels; none of a lab's files needs that, so only its absence is safe. */
function checkLabelFile(service: YamlNode, source: Source, report: Report): void {
  for (const node of itemsOf(getNode(service, "label_file"))) {
    report("service.label_file", { path: textOf(node) ?? "" }, placeOf(source.file, node));
  }
}

function checkExtends(
  name: string,
  service: YamlNode,
  source: Source,
  sources: readonly Source[],
  report: Report,
): void {
  const node = getNode(service, "extends");
  if (node === undefined) return;
  const place = placeOf(source.file, node);
  const base = baseOf(source, service, sources);
  if (base === undefined) {
    const target = textOf(node) ?? textOf(getNode(node, "service")) ?? "";
    const known = entriesOf(getNode(source.root, "services")).map(({ key }) => key);
    report("extends.missing", { target: `the service \`${target}\``, likely: likely(target, known) ?? "" }, place);
    return;
  }
  const seen = new Set<YamlNode>([service]);
  for (let at: typeof base | undefined = base; at !== undefined; at = baseOf(at.source, at.service, sources)) {
    if (seen.has(at.service)) {
      report("extends.cycle", { service: name }, place);
      return;
    }
    seen.add(at.service);
  }
}

/** `depends_on` of every service, what it extends included, with the place of each name. */
function dependencies(sources: readonly Source[]): Map<string, Dependency[]> {
  const services = new Map<string, Dependency[]>();
  for (const source of sources.filter((candidate) => !candidate.extendedOnly)) {
    for (const entry of entriesOf(getNode(source.root, "services"))) {
      const found = services.get(entry.key) ?? [];
      found.push(...dependsOn(getNode(entry.value, "depends_on"), source));
      services.set(entry.key, found);
    }
  }
  return services;
}

function dependsOn(node: YamlNode | undefined, source: Source): Dependency[] {
  if (node?.kind === "map") {
    return node.entries.map((entry) => ({
      target: entry.key,
      required: textOf(getNode(entry.value, "required")) !== "false",
      place: placeOf(source.file, entry),
    }));
  }
  return itemsOf(node).map((item) => ({
    target: textOf(item) ?? "",
    required: true,
    place: placeOf(source.file, item),
  }));
}
