// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have variables too
import { DockerfileParser } from "dockerfile-ast";
import { describe, expect, test } from "vitest";
import { blankSyntax, cutDockerfile } from "../src/dockerfile/lines.ts";
import { parseDockerfile } from "../src/dockerfile/parse.ts";
import { expandWord } from "../src/dockerfile/variables.ts";

const options = { file: "Dockerfile", args: {}, target: undefined, inline: undefined };
const parse = (text: string, change: Partial<Parameters<typeof parseDockerfile>[1]> = {}) => {
  const { dockerfile, problem } = parseDockerfile(text, { ...options, ...change });
  if (dockerfile === undefined) throw new Error(problem?.problem);
  return dockerfile;
};

const WHOLE = `# syntax=docker/dockerfile:1
# escape=\\
ARG TAG=3.13
FROM --platform=$BUILDPLATFORM python:\${TAG}-slim AS Builder
RUN --mount=type=cache,target=/c --mount=type=secret,id=s \\
    # a comment inside

    apt-get update && \\
    apt-get install -y x
COPY <<EOF /etc/a.conf
ADD http://not.an/instruction /
EOF
FROM builder
copy --from=builder --chown=1:1 /a /b
HEALTHCHECK --interval=2s CMD ["true"]
ENTRYPOINT ["python", "app.py"]
CMD python app.py
`;

describe("parseDockerfile", () => {
  test("gives stages with resolved bases, flags, forms and places", () => {
    const { stages, final } = parse(WHOLE);
    expect(
      stages.map(({ name, base, place, instructions }) => ({
        name,
        base,
        line: place.line,
        instructions: instructions.map(({ keyword, form, flags, place: { line } }) => [line, keyword, form, flags]),
      })),
    ).toEqual([
      {
        name: "builder",
        base: { reference: "python:3.13-slim", stage: undefined },
        line: 4,
        instructions: [
          [5, "RUN", "shell", { mount: "type=cache,target=/c\ntype=secret,id=s" }],
          [10, "COPY", undefined, {}],
        ],
      },
      {
        name: undefined,
        base: { reference: "builder", stage: 0 },
        line: 13,
        instructions: [
          [14, "COPY", undefined, { from: "builder", chown: "1:1" }],
          [15, "HEALTHCHECK", "exec", { interval: "2s" }],
          [16, "ENTRYPOINT", "exec", {}],
          [17, "CMD", "shell", {}],
        ],
      },
    ]);
    expect(final.index).toBe(1);
    expect(stages[0]?.instructions[0]?.arguments).toBe("apt-get update &&     apt-get install -y x");
  });

  test("takes the target, and build arguments over defaults", () => {
    const text = "ARG TAG=1\nARG IMAGE=a:$TAG\nFROM $IMAGE AS one\nFROM scratch\n";
    expect(parse(text, { target: "one" }).final.index).toBe(0);
    expect(parse(text, { args: { TAG: "2" } }).stages[0]?.base.reference).toBe("a:2");
    expect(parse(text, { args: { OTHER: "2" } }).stages[0]?.base.reference).toBe("a:1");
  });

  test("a variable without a value gives no base", () => {
    expect(parse("ARG A\nFROM x:$A").stages[0]?.base.reference).toBeUndefined();
    expect(parse("FROM x:$A\nARG A=1").stages[0]?.base.reference).toBeUndefined();
  });

  test("agrees with another parser on where instructions start", () => {
    const texts = [
      WHOLE,
      "FROM a\r\nRUN a \\\r\n  b\r\nCMD c\r\n",
      "# escape=`\nFROM a\nRUN dir `\n  c:\\\nCMD x\n",
      "FROM a\nRUN cat <<-A <<B\n\tx\n\tA\ny\nB\nCMD z\n",
      "FROM a\nLABEL a=b \\\n  c=d\n\n# x\nEXPOSE 80 \\\n\n  81\nUSER x",
    ];
    for (const text of texts) {
      const theirs = DockerfileParser.parse(text).getInstructions();
      expect(cutDockerfile(text).lines.map(({ line, text: own }) => [line, own.split(/\s/)[0]])).toEqual(
        theirs.map((instruction) => [instruction.getRange().start.line + 1, instruction.getInstruction()]),
      );
    }
  });

  test("a line that ends in two escape characters goes on no further", () => {
    expect(cutDockerfile("FROM a\nRUN x \\\\\nADD y z\n").lines.map(({ text }) => text)).toEqual([
      "FROM a",
      "RUN x \\\\",
      "ADD y z",
    ]);
  });
});

test("expandWord resolves what the builder resolves, and nothing else", () => {
  const variables = new Map<string, string | undefined>([
    ["A", "1"],
    ["E", ""],
    ["U", undefined],
  ]);
  const words = [
    "$A",
    "${A}b",
    "${U:-d}",
    "${E:-d}",
    "${E-d}",
    "${A:+y}",
    "${U+y}",
    '"$A"',
    "'$A'",
    "\\$A",
    "${U:-$A}",
  ];
  expect(words.map((word) => expandWord(word, variables))).toEqual([
    "1",
    "1b",
    "d",
    "d",
    "",
    "y",
    "",
    "1",
    "$A",
    "$A",
    "1",
  ]);
  for (const word of ["$U", "${U}", "${A%x}", "${A", "$", "'a"]) expect(expandWord(word, variables)).toBeUndefined();
});

test("blankSyntax keeps the lines' numbers and ends", () => {
  const text = "# syntax=docker/dockerfile:1\r\nFROM a\r\n";
  expect(blankSyntax(text, cutDockerfile(text).directives)).toBe("#\r\nFROM a\r\n");
});

test.each([
  ["#syntax=x", ["x"]],
  ["# SYNTAX = x ", ["x"]],
  ["#!/bin/sh\n# syntax=x", ["x"]],
  ["# a=b\n# syntax=x", ["x"]],
  ["# a comment\n# syntax=x", []],
  ["\n# syntax=x", []],
  ["// syntax=x", ["x"]],
  ['{"syntax": "x"}', ["x"]],
  ["FROM a\n# syntax=x", []],
])("the syntax of %j is %j", (text, found) => {
  const { directives } = cutDockerfile(text);
  expect(directives.filter(({ name }) => name === "syntax").map(({ value }) => value)).toEqual(found);
});
