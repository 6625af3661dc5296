import { cutDockerfile, readInstruction } from "@compose-labs/submission";
import { isMap, LineCounter, parseDocument } from "yaml";

interface ComposeService {
  name: string;
  image: string | undefined;
  builds: boolean;
  publishes: boolean;
}

export interface ComposeFacts {
  services: ComposeService[];
  /** Names at the top and one level below: `networks.back`. */
  paths: Set<string>;
  /** It names other files, so what is not here need not be missing. */
  isWhole: boolean;
  /** 1-based line of a path, or of its nearest ancestor. */
  line(path: readonly string[]): number;
}

type Loose = Record<string, unknown>;
const mapOf = (value: unknown): Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};

/** A Compose file as far as lint needs it, or undefined when it is no such file. The policy is for the rest. */
export function readCompose(text: string): ComposeFacts | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, logLevel: "silent" });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const root = mapOf(document.toJS({ maxAliasCount: 100 }));
  if (root["services"] === undefined) return undefined;
  const services = Object.entries(mapOf(root["services"])).map(([name, value]): ComposeService => {
    const service = mapOf(value);
    return {
      name,
      image: typeof service["image"] === "string" ? service["image"] : undefined,
      builds: service["build"] !== undefined,
      publishes: Array.isArray(service["ports"]) && service["ports"].length > 0,
    };
  });
  return {
    services,
    paths: new Set(
      Object.entries(root).flatMap(([key, value]) => [
        key,
        ...Object.keys(mapOf(value)).map((name) => `${key}.${name}`),
      ]),
    ),
    isWhole: root["include"] === undefined && !/^\s+extends:/m.test(text),
    line(path) {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
        if (node?.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}

/** The images that a Dockerfile begins from and that are written out: no stage, no variable, not `scratch`. */
export function readBases(text: string): { reference: string; line: number }[] {
  const stages = new Set(["scratch"]);
  return cutDockerfile(text).lines.flatMap((line) => {
    const { keyword, arguments: written } = readInstruction(line, { file: "" });
    if (keyword !== "FROM") return [];
    const [reference = "", , name] = written.split(/\s+/);
    const isStage = stages.has(reference.toLowerCase());
    if (name !== undefined) stages.add(name.toLowerCase());
    return isStage || reference.includes("$") || reference === "" ? [] : [{ reference, line: line.line }];
  });
}
