import { posix } from "node:path";
import type { Place } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import { likely } from "../text/likely.ts";
import { plainRelative } from "../tree/inside.ts";
import { entriesOf, getNode, itemsOf, textOf, type YamlNode } from "../yaml/node.ts";
import type { YamlParser } from "../yaml/parser.ts";
import { PARSE_SECONDS } from "../yaml/parser.ts";
import { gateDepth } from "../yaml/text-gate.ts";
import { checkDotenv } from "./dotenv.ts";
import { checkEnvSize, expandedLengths } from "./env-size.ts";
import { kindOf, readGated } from "./text-file.ts";

/** One YAML file that Compose will read: the Compose file itself, what it includes, what services extend. */
export interface Source {
  /** Relative to the copy. */
  file: string;
  /** Folder that relative paths in it start from, relative to the copy. */
  folder: string;
  root: YamlNode;
  /** Files that are only extended from do not add services of their own. */
  extendedOnly: boolean;
}

const MAX_LEVELS = 5;
const MAX_SOURCES = 20;
/** Bytes of all YAML files together: each is bounded by itself, and twenty of them would still take long. */
const MAX_TOTAL_BYTES = 128 * 1024;

export interface SourceOptions {
  /** Absolute path of the copy. */
  root: string;
  files: readonly string[];
  parser: YamlParser;
  report: Report;
  /** Lengths of the variables that Compose is given; those of included env files are added. */
  variables: Map<string, number>;
}

/** Reads the Compose file and every file it pulls in, each through the gate, before Compose sees any of them. */
export async function loadSources(compose: string, options: SourceOptions): Promise<Source[]> {
  const { report } = options;
  const sources: Source[] = [];
  let bytes = 0;
  const load = async (file: string, folder: string, chain: string[], extendedOnly: boolean): Promise<void> => {
    // The same file with another folder has other relative paths, which are checked again.
    const known = sources.find((source) => source.file === file && source.folder === folder);
    if (known !== undefined) {
      known.extendedOnly &&= extendedOnly;
      return;
    }
    if (sources.length >= MAX_SOURCES) {
      report("include.cycle", { path: file, limit: MAX_LEVELS }, { file });
      return;
    }
    const text = await readGated(options.root, file, report);
    if (text === undefined) return;
    bytes += Buffer.byteLength(text);
    if (bytes > MAX_TOTAL_BYTES) {
      report("yaml.size", { bytes, limit: MAX_TOTAL_BYTES }, { file });
      return;
    }
    const root = await parseSource(file, text, options);
    if (root === undefined) return;
    const source = { file, folder, root, extendedOnly };
    sources.push(source);
    for (const { path, place, directory } of await includesOf(source, options)) {
      if (chain.includes(path) || chain.length >= MAX_LEVELS) {
        report("include.cycle", { path, limit: MAX_LEVELS }, place);
        continue;
      }
      await load(path, directory, [...chain, path], extendedOnly);
    }
    for (const path of await extendsOf(source, options)) await load(path, folderOf(path), chain, true);
  };
  await load(compose, folderOf(compose), [compose], false);
  return sources;
}

const folderOf = (file: string): string => (posix.dirname(file) === "." ? "" : posix.dirname(file));

async function parseSource(
  file: string,
  text: string,
  { parser, report }: SourceOptions,
): Promise<YamlNode | undefined> {
  const deep = gateDepth(text);
  if (deep !== undefined) {
    report(deep.code, deep.args, { file, ...(deep.line === undefined ? {} : { line: deep.line }) });
    return undefined;
  }
  const answer = await parser.parse(text);
  if (answer === undefined) {
    report("yaml.cost", { seconds: PARSE_SECONDS }, { file });
    return undefined;
  }
  for (const { code, args, line, column } of answer.problems) {
    report(code, args, line === 0 ? { file } : { file, line, column });
  }
  if (answer.root !== undefined && answer.root.kind !== "map") {
    const { kind, line, column } = answer.root;
    report("schema.root", { path: file, found: kind === "list" ? "a list" : "a single value" }, { file, line, column });
    return undefined;
  }
  return answer.root;
}

export function placeOf(file: string, at: { line: number; column: number }): Place {
  return { file, line: at.line, column: at.column };
}

/** A name to show for a file that is not there. */
function likelyFile(path: string, files: readonly string[]): string {
  return likely(path, files) ?? "";
}

async function includesOf(
  source: Source,
  { root, files, report, variables }: SourceOptions,
): Promise<{ path: string; place: Place; directory: string }[]> {
  const found: { path: string; place: Place; directory: string }[] = [];
  for (const item of itemsOf(getNode(source.root, "include"))) {
    const directoryNode = item.kind === "map" ? getNode(item, "project_directory") : undefined;
    const written = textOf(directoryNode);
    const directory = written === undefined ? undefined : plainRelative(source.folder, written);
    if (directoryNode !== undefined && directory === undefined) {
      report("include.outside", { path: written ?? "" }, placeOf(source.file, directoryNode));
    }
    if (item.kind === "map") {
      for (const file of await checkEnvFiles(item, source, { root, files, report })) {
        // Its variables are Compose's own, unlike those of a service's env_file.
        const text = await readGated(root, file, report);
        if (text === undefined) continue;
        checkDotenv(text, file, report);
        checkEnvSize(text, file, variables, report);
        for (const [name, length] of expandedLengths(text, variables)) variables.set(name, length);
      }
    }
    let first: string | undefined;
    for (const node of item.kind === "map" ? itemsOf(getNode(item, "path")) : [item]) {
      const place = placeOf(source.file, node);
      const text = textOf(node) ?? "";
      if (/:\/\/|^git@|^oci:|^github\.com/i.test(text)) {
        report("include.remote", { path: text }, place);
        continue;
      }
      const path = plainRelative(source.folder, text);
      if (path === undefined) report("include.outside", { path: text }, place);
      else if ((await kindOf(root, path)) !== "file") {
        report("include.missing", { path: text, likely: likelyFile(path, files) }, place);
      } else {
        // Several files of one entry are merged, and all start from the folder of the first.
        first ??= folderOf(path);
        found.push({ path, place, directory: directory ?? first });
      }
    }
  }
  return found;
}

/**
 * `env_file` of a service or of an include: a path, a list of paths, or a list of `{path, required}`.
 * Compose reads these while it answers `config`, so they are gated like the Compose file.
 */
export async function checkEnvFiles(
  holder: YamlNode,
  source: Source,
  { root, files, report }: Pick<SourceOptions, "root" | "files" | "report">,
): Promise<string[]> {
  const found: string[] = [];
  for (const item of itemsOf(getNode(holder, "env_file"))) {
    const node = item.kind === "map" ? getNode(item, "path") : item;
    const required = item.kind !== "map" || textOf(getNode(item, "required")) !== "false";
    const text = textOf(node) ?? "";
    const place = placeOf(source.file, node ?? item);
    const path = plainRelative(source.folder, text);
    if (path === undefined) {
      report("env.outside", { path: text }, place);
      continue;
    }
    if ((await kindOf(root, path)) === "file") {
      found.push(path);
      await readGated(root, path, report);
    } else if (required) {
      report("env.missing", { path: text, likely: likelyFile(path, files) }, place);
    }
  }
  return found;
}

async function extendsOf(source: Source, { root, files, report }: SourceOptions): Promise<string[]> {
  const paths: string[] = [];
  for (const service of entriesOf(getNode(source.root, "services"))) {
    const node = getNode(getNode(service.value, "extends"), "file");
    if (node === undefined) continue;
    const text = textOf(node) ?? "";
    const place = placeOf(source.file, node);
    const path = plainRelative(source.folder, text);
    if (path === undefined) report("extends.outside", { path: text }, place);
    else if ((await kindOf(root, path)) !== "file") {
      report("extends.missing", { target: `\`${text}\``, likely: likelyFile(path, files) }, place);
    } else paths.push(path);
  }
  return paths;
}
