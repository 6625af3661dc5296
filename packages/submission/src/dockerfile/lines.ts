import { heredocsOf } from "./heredocs.ts";

/** One instruction's text with continuation lines joined and its heredocs apart, as BuildKit's own parser cuts it. */
export interface LogicalLine {
  /** Joined, without comments between continuation lines. */
  text: string;
  /** 1-based line of the first character. */
  line: number;
  /** 1-based. */
  column: number;
  heredocs: string[];
}

export interface Directive {
  name: string;
  value: string;
  line: number;
}

export interface DockerfileText {
  directives: Directive[];
  lines: LogicalLine[];
  /** A heredoc that never ends, or text that builders may cut in another way. */
  problem: { problem: string; line: number } | undefined;
}

/**
 * Cuts a Dockerfile into instructions. Follows the rules of moby/buildkit's parser: directives only at the top,
 * the escape directive, comment and empty lines inside a continuation are skipped, heredocs for RUN, COPY and ADD.
 * Source: https://docs.docker.com/reference/dockerfile/#format
 */
export function cutDockerfile(text: string): DockerfileText {
  const raw = text
    .replace(/^\ufeff/, "")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""));
  const directives = readDirectives(raw);
  const misplaced = misplacedEscape(raw, directives);
  if (misplaced !== undefined) {
    const problem = "`# escape` counts only on the very first lines, and the builder reads it as a comment here";
    return { directives, lines: [], problem: { problem, line: misplaced.line } };
  }
  const mark = directives.find(({ name }) => name === "escape")?.value === "`" ? "`" : "\\\\";
  // Two escape characters in a row are one written out, and do not continue the line.
  const continues = new RegExp(`(^|[^${mark}])${mark}[ \\t]*$`);
  const lines: LogicalLine[] = [];
  let index = 0;
  while (index < raw.length) {
    const first = raw[index] ?? "";
    const start = index;
    index++;
    if (isComment(first) || first.trim() === "") continue;
    let joined = "";
    let part: string | undefined = first.trimStart();
    while (part !== undefined) {
      const goesOn = continues.test(part);
      joined += part.replace(continues, "$1");
      if (!goesOn) break;
      while (index < raw.length && (isComment(raw[index] ?? "") || (raw[index] ?? "").trim() === "")) index++;
      part = raw[index];
      index++;
    }
    const heredocs: string[] = [];
    const opened = heredocsOf(joined);
    if (opened === "unclear") {
      const problem = "beside `<<` it has a quote without an end or a blank inside braces";
      return { directives, lines, problem: { problem, line: start + 1 } };
    }
    for (const { name, tabs } of opened) {
      const body: string[] = [];
      for (;;) {
        const next = raw[index];
        if (next === undefined) {
          return { directives, lines, problem: { problem: `the heredoc \`${name}\` has no end`, line: start + 1 } };
        }
        index++;
        if ((tabs ? next.replace(/^\t+/, "") : next) === name) break;
        body.push(next);
      }
      heredocs.push(body.join("\n"));
    }
    const column = first.length - first.trimStart().length + 1;
    lines.push({ text: joined.trim(), line: start + 1, column, heredocs });
  }
  return { directives, lines, problem: undefined };
}

const isComment = (line: string): boolean => line.trimStart().startsWith("#");

/**
 * An `escape` directive that is found here and that the builder would not take for one: it wants nothing but
 * directives that it knows above it. To follow it all the same would join lines that the builder reads apart.
 */
function misplacedEscape(raw: readonly string[], directives: readonly Directive[]): Directive | undefined {
  const found = directives.filter(({ name }) => name === "escape");
  const [first] = found;
  if (first === undefined || first.value === "\\") return undefined;
  const isOnTop = raw.slice(0, first.line).every((line) => /^#\s*(syntax|escape|check)\s*=/i.test(line));
  return isOnTop && found.length === 1 ? undefined : first;
}

/** `# name=value` lines before anything else. `//` and JSON are accepted by the syntax detection of newer builders. */
function readDirectives(raw: readonly string[]): Directive[] {
  const found: Directive[] = [];
  for (const [index, line] of raw.entries()) {
    if (index === 0 && line.startsWith("#!")) continue;
    const match = /^\s*(?:#|\/\/)\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/.exec(line);
    if (match === null) {
      const json =
        index === 0 && line.trimStart().startsWith("{") ? /"syntax"\s*:\s*"([^"]*)"/i.exec(raw.join("\n")) : null;
      if (json !== null) found.push({ name: "syntax", value: json[1] ?? "", line: index + 1 });
      break;
    }
    const [, name = "", value = ""] = match;
    found.push({ name: name.toLowerCase(), value, line: index + 1 });
  }
  return found;
}

/** The text with its `syntax` directives turned into empty comments, so that lines keep their numbers. */
export function blankSyntax(text: string, directives: readonly Directive[]): string {
  const blanked = new Set(directives.filter(({ name }) => name === "syntax").map(({ line }) => line));
  return text
    .split("\n")
    .map((line, index) => (blanked.has(index + 1) ? (line.endsWith("\r") ? "#\r" : "#") : line))
    .join("\n");
}
