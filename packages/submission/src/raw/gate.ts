import { posix } from "node:path";
import type { Report } from "../finding/finding.ts";
import { checkKeys } from "../keys/shape.ts";
import { composeFile } from "../keys/top.ts";
import { baseOf, createPlaces, type Places } from "../places.ts";
import { likely } from "../text/likely.ts";
import { plainRelative } from "../tree/inside.ts";
import { entriesOf, getNode, itemsOf, textOf, toValue, type YamlNode } from "../yaml/node.ts";
import type { YamlParser } from "../yaml/parser.ts";
import { checkDepends, type Dependency } from "./depends.ts";
import { checkDotenv } from "./dotenv.ts";
import { checkEnvSize, expandedLengths } from "./env-size.ts";
import { checkInterpolation } from "./interpolation.ts";
import { checkPortRanges } from "./port-ranges.ts";
import { checkEnvFiles, loadSources, placeOf, type Source } from "./sources.ts";
import { kindOf, readGated } from "./text-file.ts";

export interface RawGateOptions {
  /** Absolute path of the copy. */
  root: string;
  /** The Compose file, relative. */
  compose: string;
  files: readonly string[];
  /** Names of the variables that the lab gives to Compose. */
  variables: readonly string[];
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
  // The lab's own variables have short values.
  let variables = new Map(options.variables.map((name) => [name, 100]));
  for (const file of files) {
    // An included folder's own `.env` is read even when another one is named on the command line.
    if (posix.basename(file) !== ".env" || (await kindOf(root, file)) !== "file") continue;
    const text = await readGated(root, file, report);
    if (text === undefined) continue;
    checkDotenv(text, file, report);
    checkEnvSize(text, file, new Map(), report);
    if (file === posix.join(posix.dirname(compose), ".env")) variables = expandedLengths(text, variables);
  }
  const sources = await loadSources(compose, { ...options, variables });
  const places = createPlaces(compose, sources);
  for (const source of sources) {
    const own = createPlaces(source.file, [{ ...source, extendedOnly: false }]);
    checkKeys(toValue(source.root), composeFile, [], { report, place: own.at, notes: true });
    checkRoots(source, report);
    for (const entry of entriesOf(getNode(source.root, "services"))) {
      for (const file of await checkEnvFiles(entry.value, source, options)) {
        const text = await readGated(root, file, report);
        if (text !== undefined) checkEnvSize(text, file, variables, report);
      }
      checkUnset(entry.value, source, variables, report);
      await checkLabelFiles(entry.value, source, options);
      checkExtends(entry.key, entry.value, source, sources, report);
    }
  }
  checkPortRanges(sources, report);
  checkInterpolation(sources, variables, report);
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
    if (section.key === "include" && section.value.kind !== "list") {
      report("schema.invalid", { problem: "`include` must be a list" }, placeOf(source.file, section));
    }
    if (!/^(services|networks|volumes|secrets|configs)$/.test(section.key)) continue;
    if (wrong(section.value, section.key, section)) continue;
    for (const entry of entriesOf(section.value)) {
      wrong(entry.value, `${section.key}.${entry.key}`, entry);
      // Compose says so too, without a line.
      if (!/^[\w.-]+$/.test(entry.key))
        report("names.reserved", { name: entry.key || "(empty)" }, placeOf(source.file, entry));
    }
  }
}

/** `environment: [NAME]`, and the same in `build.args`, takes the value from outside, where there is none. Compose leaves it out without a word. */
function checkUnset(service: YamlNode, source: Source, variables: ReadonlyMap<string, number>, report: Report): void {
  const lists = [getNode(service, "environment"), getNode(getNode(service, "build"), "args")];
  const bare = lists.flatMap((node) => [
    ...itemsOf(node?.kind === "list" ? node : undefined).map((item) => ({ name: textOf(item) ?? "=", at: item })),
    ...entriesOf(node).flatMap((entry) =>
      entry.value.kind === "scalar" && entry.value.value === null ? [{ name: entry.key, at: entry }] : [],
    ),
  ]);
  for (const { name, at } of bare) {
    if (name.includes("=") || name.includes("$") || variables.has(name)) continue;
    report("interp.unset", { name }, placeOf(source.file, at));
  }
}

/** Compose reads the lines of these files into labels while it answers `config`. */
async function checkLabelFiles(service: YamlNode, source: Source, { root, report }: RawGateOptions): Promise<void> {
  for (const node of itemsOf(getNode(service, "label_file"))) {
    const written = textOf(node) ?? "";
    const path = plainRelative(source.folder, written);
    if (path === undefined || (await kindOf(root, path)) !== "file") {
      report("service.label_file", { path: written }, placeOf(source.file, node));
    } else await readGated(root, path, report);
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
