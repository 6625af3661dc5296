import type { DockerfileInstruction } from "@compose-labs/lab";
import { cutDockerfile, readInstruction } from "@compose-labs/submission";

/** A Dockerfile as its instructions and the lines between them, so that one can be changed and the rest stays. */
export interface DockerfileText {
  file: string;
  parts: readonly Part[];
}

interface Part {
  /** With its line ends. */
  text: string;
  /** Undefined for comments and blank lines. */
  step: Step | undefined;
}

export interface Step extends DockerfileInstruction {
  /** Position among the parts. */
  part: number;
  /** 0 before the first FROM. */
  stage: number;
}

export function isDockerfile(path: string): boolean {
  const name = path.split("/").at(-1) ?? "";
  return /^Dockerfile(\.(?!dockerignore$).+)?$|\.Dockerfile$/.test(name);
}

/** No parts for a text that builders may cut in another way. */
export function readDockerfile(file: string, text: string): DockerfileText {
  const cut = cutDockerfile(text);
  if (cut.problem !== undefined) return { file, parts: [] };
  const lines = text.split(/(?<=\n)/);
  const parts: Part[] = [];
  let done = 0;
  let stage = 0;
  const between = (to: number) => {
    if (to > done) parts.push({ text: lines.slice(done, to).join(""), step: undefined });
    done = Math.max(done, to);
  };
  for (const [index, line] of cut.lines.entries()) {
    between(line.line - 1);
    const next = (cut.lines[index + 1]?.line ?? lines.length + 1) - 1;
    let end = next;
    while (end > done + 1 && /^\s*(#.*)?\s*$/.test(lines[end - 1] ?? "")) end--;
    const instruction = readInstruction(line, { file, line: line.line, column: line.column });
    if (instruction.keyword === "FROM") stage++;
    parts.push({ text: lines.slice(done, end).join(""), step: { ...instruction, part: parts.length, stage } });
    done = end;
  }
  between(lines.length);
  return { file, parts };
}

export function stepsOf({ parts }: DockerfileText): Step[] {
  return parts.flatMap(({ step }) => step ?? []);
}

/** The text with each of these parts written otherwise; undefined takes the instruction away. */
export function rewrite({ parts }: DockerfileText, changes: ReadonlyMap<number, string | undefined>): string {
  return parts
    .map(({ text }, index) => {
      if (!changes.has(index)) return text;
      const other = changes.get(index);
      return other === undefined ? "" : `${other.replace(/\n$/, "")}\n`;
    })
    .join("");
}

/** What is written of an instruction, without its line end. */
export function textOf({ parts }: DockerfileText, step: Step): string {
  return (parts[step.part]?.text ?? "").replace(/\n$/, "");
}

/** Words of an exec form; undefined for the shell form. */
export function wordsOf({ form, arguments: text, keyword }: DockerfileInstruction): string[] | undefined {
  if (form !== "exec") return undefined;
  return JSON.parse(keyword === "HEALTHCHECK" ? text.replace(/^CMD\s+/i, "") : text) as string[];
}

export function execForm(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** Flags as they are written. */
export function flagsOf({ flags }: DockerfileInstruction): string {
  return Object.entries(flags)
    .flatMap(([name, values]) =>
      values.split("\n").map((value) => (value === "" ? `--${name} ` : `--${name}=${value} `)),
    )
    .join("");
}

/** `NAME=value` pairs of ENV, LABEL and ARG, as written; the old form `ENV NAME value` is one pair. */
export function pairsOf({ arguments: text, keyword }: DockerfileInstruction): string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  const [first = ""] = words;
  if (keyword !== "ARG" && !first.includes("="))
    return words.length > 1 ? [`${first}="${words.slice(1).join(" ")}"`] : [];
  return words;
}
