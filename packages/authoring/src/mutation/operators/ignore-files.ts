import type { Change, Operator, Source } from "../operator.ts";

const isIgnoreFile = (path: string): boolean => path.endsWith(".dockerignore");

function ignoreOperator(
  operator: Omit<Operator, "mutate">,
  change: (lines: readonly string[], source: Source) => Iterable<{ detail: string; lines: string[] | undefined }>,
): Operator {
  return {
    ...operator,
    *mutate(source): Iterable<Change> {
      for (const [path, text] of source.files) {
        if (!isIgnoreFile(path)) continue;
        for (const { detail, lines } of change(text.split("\n"), source)) {
          yield { target: `${path}${detail}`, files: new Map([[path, lines?.join("\n")]]) };
        }
      }
    },
  };
}

const isPattern = (line: string): boolean => line.trim() !== "" && !line.startsWith("#");

export const ignoreOperators = [
  ignoreOperator(
    {
      id: "ignore.drop-file",
      title: "have no .dockerignore",
      meaning: "Whatever lies in the folder is in the image, and nobody notices.",
    },
    function* () {
      yield { detail: "", lines: undefined };
    },
  ),
  ignoreOperator(
    {
      id: "ignore.drop",
      title: "leave a line of .dockerignore out",
      meaning: "What this line keeps out of the image, or lets in, is not looked for.",
    },
    function* (lines) {
      for (const [index, line] of lines.entries()) {
        if (isPattern(line)) yield { detail: `:${index + 1}`, lines: lines.toSpliced(index, 1) };
      }
    },
  ),
  ignoreOperator(
    {
      id: "ignore.turn",
      title: "turn a line of .dockerignore round",
      meaning: "What this line keeps out of the image, or lets in, is not looked for.",
    },
    function* (lines) {
      for (const [index, line] of lines.entries()) {
        if (!isPattern(line)) continue;
        const turned = line.startsWith("!") ? line.slice(1) : `!${line}`;
        yield { detail: `:${index + 1}`, lines: lines.with(index, turned) };
      }
    },
  ),
  ignoreOperator(
    {
      id: "ignore.rooted",
      title: "write a path of the image in .dockerignore",
      meaning: "Patterns that match nothing count as patterns that keep files out.",
    },
    function* (lines) {
      for (const [index, line] of lines.entries()) {
        if (!isPattern(line) || line.startsWith("!")) continue;
        yield { detail: `:${index + 1}`, lines: lines.with(index, `app/${line}`) };
      }
    },
  ),
  ignoreOperator(
    {
      id: "ignore.let-in",
      title: "let one more file into the image",
      meaning: "What does not belong into the image is not looked for there.",
    },
    function* (lines, { given }) {
      const tops = new Set(given.map((path) => path.split("/")[0] ?? path));
      for (const path of tops) {
        if (lines.includes(`!${path}`)) continue;
        yield { detail: `=${path}`, lines: [...lines.slice(0, -1), `!${path}`, lines.at(-1) ?? ""] };
      }
    },
  ),
  ignoreOperator(
    {
      id: "ignore.keep-out",
      title: "keep a file out that the image needs",
      meaning: "A file that is missing in the image is not missed.",
    },
    function* (lines, { given }) {
      const tops = new Set(given.map((path) => path.split("/")[0] ?? path));
      for (const path of tops) {
        if (lines.includes(path) || !lines.includes(`!${path}`)) continue;
        yield { detail: `=${path}`, lines: [...lines.slice(0, -1), path, lines.at(-1) ?? ""] };
      }
    },
  ),
];
