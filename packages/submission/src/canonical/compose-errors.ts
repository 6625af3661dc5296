import type { Place } from "@compose-labs/lab";
import type { FindingArgs, FindingCode, Report } from "../finding/finding.ts";
import type { Places } from "../places.ts";
import { likely } from "../text/likely.ts";

export interface ErrorContext {
  root: string;
  compose: string;
  places: Places;
  report: Report;
  /** Text of every YAML file that Compose read, by path; for finding what an error names without a place. */
  texts: ReadonlyMap<string, string>;
}

interface Mapped {
  code: FindingCode;
  args: FindingArgs;
  /** Dotted path into the model, or what to look for in the files: a text, or the first group of a pattern. */
  at?: string;
  find?: string | RegExp;
}

type Rule = [pattern: RegExp, map: (groups: string[]) => Mapped];

/** What Compose 2.26 to 5 say, and where that is in the files. Their words, not their order, are matched. */
const RULES: Rule[] = [
  [
    /service "([^"]+)" refers to undefined network ([^:\s]+)/,
    ([service = "", target = ""]) => ({
      code: "schema.network",
      args: { service, target },
      at: `services.${service}.networks.${target}`,
    }),
  ],
  [
    /service "([^"]+)" refers to undefined volume ([^:\s]+)/,
    ([service = "", target = ""]) => ({
      code: "schema.volume",
      args: { service, target },
      at: `services.${service}.volumes.${target}`,
    }),
  ],
  [
    /service "([^"]+)" refers to undefined (secret|config) ([^:\s]+)/,
    ([service = "", kind = "", target = ""]) => ({
      code: "schema.resource",
      args: { service, kind, target },
      at: `services.${service}.${kind}s.${target}`,
    }),
  ],
  [
    /service "([^"]+)" depends on undefined service "?([^":\s]+)/,
    ([service = "", target = ""]) => ({
      code: "schema.depends",
      args: { service, target, problem: "which is not a service of this file" },
      find: target,
      at: `services.${service}`,
    }),
  ],
  [
    /dependency cycle detected: (.*)/,
    ([circle = ""]) => {
      const [service = "", target = ""] = circle.split(" -> ");
      const problem = `and so on in a circle: ${circle.replaceAll("->", "→")}`;
      return { code: "schema.depends", args: { service, target, problem }, at: `services.${service}` };
    },
  ],
  [
    /service "([^"]+)" has neither an image nor a build context/,
    ([service = ""]) => ({ code: "schema.service", args: { service }, at: `services.${service}` }),
  ],
  [
    /invalid interpolation format for ([^\s"]+?)\.?(?:\n|:|$)[\s\S]*?(\$.*)?$/,
    ([path = "", problem = ""]) => ({ code: "interp.syntax", args: { problem }, at: path }),
  ],
  [
    /error while interpolating (\S+): required variable (\S+) is missing a value(?:: (.*))?/,
    ([path = "", name = "", problem = ""]) => ({ code: "interp.required", args: { name, problem }, at: path }),
  ],
  [
    /service ports (\S+) (is missing a target port)/,
    ([path = "", problem = ""]) => ({
      code: "schema.ports",
      args: { problem: `\`${plainPath(path)}\` ${problem}` },
      at: plainPath(path),
    }),
  ],
  [
    /(invalid empty volume spec)/,
    ([problem = ""]) => ({ code: "schema.invalid", args: { problem }, find: /\bvolumes:[\s\S]*?[[,\s-](""|'')/d }),
  ],
  [
    // Of an env file, whose name Compose does not say.
    /^(?:failed to read [^\n]*: )?(line \d+: [^\n]*)/,
    ([problem = ""]) => ({
      code: "schema.invalid",
      args: { problem: `in an env file, ${problem}` },
      find: /^[ {]*(env_file)\s*:/dm,
    }),
  ],
  [
    /(healthcheck\.test must start [^\n]*)/,
    ([problem = ""]) => ({
      code: "schema.invalid",
      args: { problem },
      find: /\btest:\s*[[-]\s*((?!["']?(?:CMD|CMD-SHELL|NONE)\b)\S)/d,
    }),
  ],
  [
    /(Invalid (?:hostPort|containerPort|proto|ip address|range|start port|end port)[^\n]*?: ?(\S+)[^\n]*|No port specified: (\S+).*)/i,
    ([problem = "", host = "", port = ""]) => ({ code: "schema.ports", args: { problem }, find: host || port }),
  ],
  [
    /error decoding '([^']+)': (invalid (?:size|suffix)[^\n]*)/,
    ([path = "", problem = ""]) => ({ code: "schema.bytes", args: { problem }, at: plainPath(path) }),
  ],
  [
    /error decoding '([^']+)': ([^\n]*)/,
    ([path = "", problem = ""]) => ({
      code: "schema.invalid",
      args: { problem: `\`${plainPath(path)}\`: ${problem}` },
      at: plainPath(path),
    }),
  ],
  [
    /error while interpolating (\S+): ([^\n]*)/,
    ([path = "", problem = ""]) => ({ code: "schema.invalid", args: { problem: `\`${path}\`: ${problem}` }, at: path }),
  ],
  [
    /(\S+?) (?:(?!Additional)\S+ )?Additional property (.+?) is not allowed|(\S+) additional properties '([^']+)' not allowed/,
    ([path = "", key = "", newer = "", newerKey = ""]) => {
      const at = `${path || newer}.${key || newerKey}`;
      return { code: "schema.unknown-key", args: { key: key || newerKey, where: `\`${path || newer}\`` }, at };
    },
  ],
  [
    /validating \S+: (\S+) ([^\n]*)/,
    ([path = "", problem = ""]) => ({
      code: "schema.invalid",
      args: { problem: `\`${path}\`: ${problem.replace(`${path} `, "")}` },
      at: path,
    }),
  ],
  [
    /^services\.(\S+): ([^\n]*?)(?:: invalid compose project)?$/m,
    ([service = "", problem = ""]) => ({ code: "schema.invalid", args: { problem }, at: `services.${service}` }),
  ],
  [
    /^service "?([^"\s]+)"? ([^\n]*?)(?:: invalid compose project)?$/m,
    ([service = "", problem = ""]) => ({
      code: "schema.invalid",
      args: { problem: `service \`${service}\` ${problem}` },
      at: `services.${service}`,
    }),
  ],
];

/** `services[web].mem_limit` as `services.web.mem_limit`. */
const plainPath = (path: string): string => path.replace(/\.?\[([^\]]+)\]/g, ".$1");

/** Turns the one error that Compose stops at into a finding with a place. */
export function reportComposeError(stderr: string, context: ErrorContext): void {
  const text = stderr
    .split("\n")
    .filter((line) => !line.startsWith("time="))
    .join("\n")
    .replaceAll(`${context.root}/`, "")
    .trim();
  for (const [pattern, map] of RULES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const mapped = map(match.slice(1).map((group) => group ?? ""));
    const args = { ...mapped.args, likely: nearest(mapped, context) };
    context.report(mapped.code, args, placeOf(mapped, context));
    return;
  }
  const problem = text.replaceAll(/\s*\n\s*/g, " ").replace(/: invalid compose project$/, "");
  context.report("schema.invalid", { problem: problem || "it does not say why" }, { file: context.compose });
}

function placeOf(mapped: Mapped, context: ErrorContext): Place {
  const found = mapped.find === undefined ? undefined : findText(mapped.find, context.texts);
  return found ?? (mapped.at === undefined ? { file: context.compose } : context.places.place(mapped.at));
}

/** Declared names that the undeclared one may have been meant to be. */
function nearest(mapped: Mapped, { texts }: ErrorContext): string {
  const { target } = mapped.args;
  if (typeof target !== "string") return "";
  const keys = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/^\s*"?([\w.-]+)"?\s*:/gm)].map((match) => match[1] ?? ""),
  );
  return likely(target, keys) ?? "";
}

function findText(wanted: string | RegExp, texts: ReadonlyMap<string, string>): Place | undefined {
  for (const [file, text] of texts) {
    const offset = typeof wanted === "string" ? text.indexOf(wanted) : (wanted.exec(text)?.indices?.[1]?.[0] ?? -1);
    if (offset < 0) continue;
    const before = text.slice(0, offset).split("\n");
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return undefined;
}

/** Variables without a value: Compose warns and goes on with an empty text. */
export function reportWarnings(
  stderr: string,
  texts: ReadonlyMap<string, string>,
  compose: string,
  report: Report,
): void {
  const names = new Set<string>();
  for (const [, name = ""] of stderr.matchAll(/The \\?"([^"\\]+)\\?" variable is not set/g)) names.add(name);
  for (const name of names) {
    const place = findText(`\${${name}`, texts) ?? findText(`$${name}`, texts) ?? { file: compose };
    report("interp.unset", { name }, place);
  }
}
