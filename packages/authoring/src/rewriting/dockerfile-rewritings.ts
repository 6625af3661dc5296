import { cutDockerfile, type LogicalLine } from "@compose-labs/submission";
import type { Files, Rewriting } from "./rewriting.ts";

interface Instruction {
  /** From its first line to the last before the next instruction, so with its continuation lines and heredocs. */
  lines: string[];
  parsed: LogicalLine;
}

/** A rewriting of each Dockerfile, instruction by instruction; undefined leaves one as it is. */
function ofInstructions(
  id: string,
  rewrite: (instruction: Instruction, index: number, all: readonly Instruction[]) => string[] | undefined,
): Rewriting {
  return {
    id,
    rewrite: ({ files, dockerfiles }): Files | undefined => {
      const changed = dockerfiles.flatMap((path): [string, string][] => {
        const text = files.get(path) ?? "";
        const { head, instructions } = cut(text);
        const lines = instructions.flatMap((one, index) => rewrite(one, index, instructions) ?? one.lines);
        const written = [...head, ...lines].join("\n");
        return written === text ? [] : [[path, written]];
      });
      return changed.length === 0 ? undefined : new Map(changed);
    },
  };
}

function cut(text: string): { head: string[]; instructions: Instruction[] } {
  const lines = text.split("\n");
  const { lines: parsed, problem } = cutDockerfile(text);
  if (problem !== undefined) return { head: lines, instructions: [] };
  const starts = parsed.map(({ line }) => line - 1);
  return {
    head: lines.slice(0, starts[0] ?? lines.length),
    instructions: parsed.map((one, index) => ({ parsed: one, lines: lines.slice(starts[index], starts[index + 1]) })),
  };
}

const keywordOf = ({ parsed }: Instruction): string => (/^\s*(\w+)/.exec(parsed.text)?.[1] ?? "").toUpperCase();

/** Name and value pairs of ENV and LABEL, when each is a plain word. */
function pairsOf(instruction: Instruction): string[] | undefined {
  const words = instruction.parsed.text.trim().split(/\s+/).slice(1);
  const isPlain = words.length > 1 && words.every((word) => /^[\w.-]+=[^"'\\$]*$/.test(word));
  return /^(ENV|LABEL)$/.test(keywordOf(instruction)) && isPlain ? words : undefined;
}

export const DOCKERFILE_REWRITINGS: Rewriting[] = [
  ofInstructions("lower-case-instructions", ({ lines: [first = "", ...rest] }) => [
    first.replace(/^\s*\w+/, (keyword) => keyword.toLowerCase()),
    ...rest,
  ]),
  ofInstructions("dockerfile-comments", ({ lines }) => ["# What follows matters.", "", ...lines]),
  ofInstructions("continued-lines", (instruction) => {
    const { lines, parsed } = instruction;
    const [line = ""] = lines;
    const isPlain = keywordOf(instruction) === "RUN" && parsed.heredocs.length === 0 && !/["'\\]/.test(line);
    return isPlain && line.includes(" && ")
      ? [line.replaceAll(" && ", " \\\n    # and then\n    && "), ...lines.slice(1)]
      : undefined;
  }),
  ofInstructions("one-pair-each", (instruction) =>
    pairsOf(instruction)?.map((pair) => `${keywordOf(instruction)} ${pair}`),
  ),
  ofInstructions("named-last-stage", (instruction, index, all) => {
    const isLast = keywordOf(instruction) === "FROM" && !all.slice(index + 1).some((one) => keywordOf(one) === "FROM");
    const [first = "", ...rest] = instruction.lines;
    return isLast && !/\sAS\s/i.test(first) && !/\\\s*$/.test(first)
      ? [`${first.trimEnd()} AS the-last-stage`, ...rest]
      : undefined;
  }),
];
