import type { Dockerfile, DockerfileInstruction, DockerfileStage, Place } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import type { ImageList } from "../policy/images.ts";
import { isReservedLabel } from "../policy/reserved-labels.ts";
import { likely } from "../text/likely.ts";
import type { Directive } from "./lines.ts";
import { readInstruction } from "./parse.ts";

export interface DockerfileRules {
  images: ImageList;
  /** Names of `additional_contexts`, which may be copied from; their own sources are checked with the build. */
  contexts: ReadonlySet<string>;
  report: Report;
}

const OWN_FRONTEND = /^(docker\.io\/)?docker\/dockerfile:1(\.\d+)*$/;

/** `# syntax=` names a program that is fetched and run as the builder; the built-in one serves `docker/dockerfile:1`. */
export function checkDirectives(
  directives: readonly Directive[],
  place: (line: number) => Place,
  report: Report,
): void {
  for (const { name, value, line } of directives) {
    if (name === "syntax" && !OWN_FRONTEND.test(value)) report("dockerfile.syntax", { value }, place(line));
  }
}

/** What a build could take from outside the submission. */
export function checkDockerfile(dockerfile: Dockerfile, rules: DockerfileRules): void {
  for (const stage of dockerfile.stages) {
    const { reference } = stage.base;
    const isOwn = stage.base.stage !== undefined || reference === "scratch" || rules.contexts.has(reference ?? "");
    if (!isOwn) checkSource("FROM", reference, stage, rules);
    for (const instruction of stage.instructions) checkInstruction(instruction, stage, dockerfile, rules);
  }
}

function checkInstruction(
  instruction: DockerfileInstruction,
  stage: DockerfileStage,
  dockerfile: Dockerfile,
  rules: DockerfileRules,
): void {
  const { keyword, flags, place } = instruction;
  if (/^(ADD|COPY|RUN)$/.test(keyword) && instruction.arguments.startsWith("--")) {
    // A flag that was not understood here may still mean something to the builder.
    rules.report("dockerfile.run-flags", { flag: instruction.arguments.split(/\s/)[0] ?? "" }, place);
  }
  if (keyword === "ONBUILD") {
    checkInstruction(readInstruction({ text: instruction.arguments }, place), stage, dockerfile, rules);
  }
  if ((keyword === "COPY" || keyword === "ADD") && flags.from !== undefined) {
    checkFrom(`${keyword} --from`, flags.from, instruction, stage, dockerfile, rules);
  }
  if (keyword === "RUN") checkRun(instruction, stage, dockerfile, rules);
  if (keyword === "ADD") checkAdd(instruction, rules.report);
  if (keyword === "LABEL") checkLabel(instruction, rules.report);
}

function checkFrom(
  keyword: string,
  written: string,
  at: DockerfileInstruction,
  stage: DockerfileStage,
  dockerfile: Dockerfile,
  rules: DockerfileRules,
): void {
  const value = written.replace(/["'\\]/g, "");
  const earlier = dockerfile.stages.slice(0, stage.index);
  if (earlier.some(({ name, index }) => name === value.toLowerCase() || String(index) === value)) return;
  if (rules.contexts.has(value) || value === "scratch") return;
  checkSource(keyword, value.includes("$") ? undefined : value, at, rules, written);
}

function checkSource(
  keyword: string,
  reference: string | undefined,
  at: { place: Place },
  rules: DockerfileRules,
  written = "",
): void {
  if (reference !== undefined && rules.images.has(reference)) return;
  const value = reference ?? (written || "a variable without a value");
  const allowed = rules.images.written;
  const args = { keyword, value, allowed: allowed.join(", "), likely: likely(value, allowed) ?? "" };
  rules.report("dockerfile.from", args, at.place);
}

function checkRun(
  instruction: DockerfileInstruction,
  stage: DockerfileStage,
  dockerfile: Dockerfile,
  rules: DockerfileRules,
): void {
  const { flags, place } = instruction;
  for (const [name, allowed] of [
    ["network", /^(none|default)$/],
    ["security", /^sandbox$/],
  ] as const) {
    for (const value of (flags[name] ?? "").split("\n").filter(Boolean)) {
      if (!allowed.test(value)) rules.report("dockerfile.run-flags", { flag: `--${name}=${value}` }, place);
    }
  }
  if (flags.device !== undefined) rules.report("dockerfile.run-flags", { flag: `--device=${flags.device}` }, place);
  for (const mount of (flags.mount ?? "").split("\n").filter(Boolean)) {
    const options = new Map<string, string>();
    // The builder takes quotes and backslashes away before it looks at names: `fr\\om=x` is `from=x`.
    for (const field of mount.replace(/["'\\]/g, "").split(",")) {
      const [key = "", ...value] = field.split("=");
      options.set(key.trim().toLowerCase(), value.join("=").trim());
    }
    const type = options.get("type") ?? "bind";
    if (!/^(bind|cache|tmpfs|secret)$/i.test(type)) {
      rules.report("dockerfile.run-flags", { flag: `--mount=type=${type}` }, place);
    }
    const from = options.get("from");
    if (from !== undefined) checkFrom("RUN --mount from", from, instruction, stage, dockerfile, rules);
  }
}

/**
 * What the builder takes for an address: a scheme, `github.com/…`, and `user@host:path` as Git and SSH write it.
 */
const REMOTE = /[a-z][a-z0-9+.-]*:\/\/|\bgithub\.com\/|[\w.-]+@[\w.-]+:/i;

/** The engine itself fetches what ADD names, from the host's network, whatever network the build has. */
function checkAdd({ arguments: text, place }: DockerfileInstruction, report: Report): void {
  // Quotes and escape characters, of either kind, vanish before the builder looks for an address.
  const words = text.replace(/["'`\\[\],]/g, " ").trim();
  const joined = text.replace(/["'`\\]/g, "");
  if (
    REMOTE.test(words) ||
    REMOTE.test(joined) ||
    decodeJson(text).some((word) => REMOTE.test(word)) ||
    /\$/.test(text)
  ) {
    report("dockerfile.add-remote", { value: text }, place);
  }
}

/** The words of the list form, where characters may be written as `\\u0068`. */
function decodeJson(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}

/** An image's labels stand on its containers too. A name with a variable in it could become any other. */
function checkLabel({ arguments: text, place }: DockerfileInstruction, report: Report): void {
  const plain = text.replace(/["'`\\]/g, "");
  const names = plain.includes("=")
    ? [...plain.matchAll(/([^\s=]+)=/g)].map(([, name = ""]) => name)
    : [plain.split(/\s/)[0] ?? ""];
  for (const label of names) {
    if (isReservedLabel(label) || label.includes("$")) report("labels.reserved", { label }, place);
  }
}
