import type { Dockerfile, DockerfileInstruction, DockerfileStage, Place } from "@compose-labs/lab";
import { likely } from "../text/likely.ts";
import { cutDockerfile, type Directive, type LogicalLine } from "./lines.ts";
import { expandWord } from "./variables.ts";

const KEYWORDS = [
  ..."ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK".split(" "),
  ..."LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(" "),
];
const WITH_FLAGS = /^(ADD|COPY|FROM|HEALTHCHECK|RUN)$/;
const WITH_FORM = /^(RUN|CMD|ENTRYPOINT|SHELL)$/;

export interface ParsedDockerfile {
  /** Undefined when there is a problem. */
  dockerfile: Dockerfile | undefined;
  directives: Directive[];
  problem: { problem: string; likely: string; place: Place } | undefined;
}

export interface ParseOptions {
  /** Relative to the copy. */
  file: string;
  /** `build.args`; they win over defaults. */
  args: Readonly<Record<string, string>>;
  target: string | undefined;
  /** Where the text starts, for a Dockerfile inside a Compose file: every place is this one then. */
  inline: Place | undefined;
}

/** Parses a Dockerfile and resolves ARG where a stage's base is named. Pure; problems are data. */
export function parseDockerfile(text: string, options: ParseOptions): ParsedDockerfile {
  const cut = cutDockerfile(text);
  const placeAt = (line: number, column = 1): Place => options.inline ?? { file: options.file, line, column };
  const failed = (problem: string, place: Place, near = ""): ParsedDockerfile => ({
    dockerfile: undefined,
    directives: cut.directives,
    problem: { problem, likely: near, place },
  });
  if (cut.problem !== undefined) return failed(cut.problem.problem, placeAt(cut.problem.line));
  const stages: DockerfileStage[] = [];
  const globals = new Map<string, string | undefined>();
  for (const line of cut.lines) {
    const place = placeAt(line.line, line.column);
    const instruction = readInstruction(line, place);
    const { keyword } = instruction;
    if (!KEYWORDS.includes(keyword)) {
      return failed(`\`${keyword}\` is not an instruction`, place, likely(keyword, KEYWORDS) ?? "");
    }
    if (keyword === "FROM") {
      const stage = readStage(instruction, stages, globals);
      if (stage === undefined) return failed("`FROM` takes one image, and `AS name` after it", place);
      stages.push(stage);
      continue;
    }
    const current = stages.at(-1);
    if (current !== undefined) current.instructions.push(instruction);
    else if (keyword === "ARG") defineArgs(instruction.arguments, options.args, globals);
    else return failed(`\`${keyword}\` stands before the first \`FROM\``, place);
  }
  const last = stages.at(-1);
  if (last === undefined) return failed("it has no `FROM`", placeAt(1));
  const { target } = options;
  const named = stages.find(({ name, index }) => name === target?.toLowerCase() || String(index) === target);
  if (target !== undefined && named === undefined) {
    const names = stages.flatMap(({ name }) => name ?? []);
    return failed(
      `it has no stage \`${target}\`, which \`build.target\` names`,
      placeAt(1),
      likely(target, names) ?? "",
    );
  }
  return {
    dockerfile: { file: options.file, stages, final: named ?? last },
    directives: cut.directives,
    problem: undefined,
  };
}

/** Also reads the trigger of an ONBUILD, which is an instruction itself. */
export function readInstruction(line: Pick<LogicalLine, "text">, place: Place): DockerfileInstruction {
  const [, word = "", tail = ""] = /^(\S+)\s*([\s\S]*)$/.exec(line.text) ?? [];
  const keyword = word.toUpperCase();
  const flags: Record<string, string> = {};
  let rest = tail;
  while (WITH_FLAGS.test(keyword)) {
    const match = /^--([A-Za-z][\w-]*)(?:=((?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])*))?(?:\s+|$)/.exec(rest);
    if (match === null) break;
    const [whole, name = "", value = ""] = match;
    // A flag that may be repeated, such as --mount, keeps each value on a line of its own.
    flags[name] = Object.hasOwn(flags, name) ? `${flags[name]}\n${value}` : value;
    rest = rest.slice(whole.length);
  }
  const command = keyword === "HEALTHCHECK" ? rest.replace(/^CMD\s+/i, "") : rest;
  const hasForm = WITH_FORM.test(keyword) || (keyword === "HEALTHCHECK" && !/^NONE$/i.test(rest));
  return {
    keyword,
    arguments: rest,
    flags,
    form: hasForm ? (isJsonList(command) ? "exec" : "shell") : undefined,
    place,
  };
}

function isJsonList(text: string): boolean {
  if (!text.startsWith("[")) return false;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string");
  } catch {
    return false;
  }
}

function readStage(
  instruction: DockerfileInstruction,
  stages: readonly DockerfileStage[],
  globals: ReadonlyMap<string, string | undefined>,
): DockerfileStage | undefined {
  const match = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.arguments);
  if (match === null) return undefined;
  const [, written = "", name] = match;
  const reference = expandWord(written, globals);
  const stage = stages.findLast(
    (candidate) => candidate.name !== undefined && candidate.name === reference?.toLowerCase(),
  );
  return {
    index: stages.length,
    name: name?.toLowerCase(),
    base: { reference, stage: stage?.index },
    place: instruction.place,
    instructions: [],
  };
}

function defineArgs(
  text: string,
  args: Readonly<Record<string, string>>,
  globals: Map<string, string | undefined>,
): void {
  for (const word of text.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? []) {
    const [, name = "", value] = /^([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const given = Object.hasOwn(args, name) ? args[name] : undefined;
    globals.set(name, given ?? (value === undefined ? undefined : expandWord(value, globals)));
  }
}
