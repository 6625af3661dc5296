import { differenceOf } from "../../src/mutation/difference.ts";
import { generateMutants } from "../../src/mutation/generate.ts";
import { OPERATORS } from "../../src/mutation/operators.ts";
import { makeSource } from "../../src/mutation/source.ts";

export type Files = Record<string, string>;

export function sourceOf(files: Files) {
  return makeSource({
    files: new Map(Object.entries(files)),
    compose: "compose.yaml" in files ? "compose.yaml" : undefined,
    given: ["app.py", "notes.txt", ".env", "tests/one.py"],
    images: ["python:3.13-slim", "busybox:1.37"],
  });
}

/** What an operator makes of some files: the target of each mutant and the lines that it takes away and adds. */
export function mutantsOf(operator: string, files: Files): string {
  const source = sourceOf(files);
  const operators = OPERATORS.filter(({ id }) => id === operator);
  if (operators.length !== 1) throw new RangeError(`there are ${operators.length} operators ${operator}`);
  return generateMutants(source, operators)
    .map((mutant) => {
      const lines = differenceOf(source, mutant)
        .split("\n")
        .filter((line) => /^[+-]/.test(line) && !/^(---|\+\+\+) \S/.test(line));
      return [`# ${mutant.target}`, ...lines.map((line) => line.trimEnd())].join("\n");
    })
    .join("\n");
}

export const compose = (services: string, rest = ""): Files => ({ "compose.yaml": `services:\n${services}${rest}` });
