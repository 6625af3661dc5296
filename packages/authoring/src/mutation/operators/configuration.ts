import type { Operator, Source } from "../operator.ts";
import { literally } from "../pattern.ts";

/** Texts in which a line is a statement: what nginx, HAProxy, a shell, a database and Compose's variables are given. */
const isConfiguration = (path: string): boolean => /\.(conf|cfg|ini|env|sh|sql|template)$|(^|\/)\.env$/.test(path);

function lineOperator(
  operator: Omit<Operator, "mutate">,
  change: (line: string, source: Source, path: string) => Iterable<{ detail?: string; line: string | undefined }>,
): Operator {
  return {
    ...operator,
    *mutate(source) {
      for (const [path, text] of source.files) {
        if (!isConfiguration(path)) continue;
        const lines = text.split("\n");
        for (const [index, line] of lines.entries()) {
          if (!isStatement(line)) continue;
          for (const { detail, line: other } of change(line, source, path)) {
            const changed = other === undefined ? lines.toSpliced(index, 1) : lines.with(index, other);
            const target = `${path}:${index + 1}${detail === undefined ? "" : `=${detail}`}`;
            yield { target, files: new Map([[path, changed.join("\n")]]) };
          }
        }
      }
    },
  };
}

/** Neither blank, nor a comment, nor one end of a block. */
function isStatement(line: string): boolean {
  const text = line.trim();
  return text !== "" && !text.startsWith("#") && !text.startsWith("--") && !/[{}]$/.test(text);
}

export const configurationOperators = [
  lineOperator(
    {
      id: "configuration.drop",
      title: "leave a line of a configuration out",
      meaning: "What this line does is not noticed when it is missing.",
    },
    function* () {
      yield { line: undefined };
    },
  ),
  lineOperator(
    {
      id: "configuration.port",
      title: "name another port in a configuration",
      meaning: "It is not tried whether two services agree on a port.",
    },
    function* (line) {
      const other = line.replace(/(?<=[\s:])(\d{2,5})(?=[\s;/]|$)/, (number) => String(Number(number) + 1));
      if (other !== line) yield { line: other };
    },
  ),
  lineOperator(
    {
      id: "configuration.host",
      title: "name another host in a configuration",
      meaning: "A service that talks to itself, or to the wrong neighbour, counts as one that talks to the right one.",
    },
    function* (line, { compose }) {
      const names = [...(compose?.services.keys() ?? [])];
      for (const name of names) {
        const host = new RegExp(`(?<=//|@|=|\\s)${literally(name)}(?=[:/;\\s]|$)`);
        if (!host.test(line)) continue;
        for (const other of ["localhost", ...names.filter((candidate) => candidate !== name)]) {
          yield { detail: other, line: line.replace(host, other) };
        }
      }
    },
  ),
  lineOperator(
    {
      id: "configuration.path",
      title: "hand a request on to another path",
      meaning: "It is not tried whether paths arrive as they were asked for.",
    },
    function* (line) {
      const other = line.replace(/(proxy_pass\s+https?:\/\/[^/;\s]+)\/?;/, "$1/other/;");
      if (other !== line) yield { line: other };
    },
  ),
  lineOperator(
    {
      id: "configuration.no-exec",
      title: "start a program from a script without exec",
      meaning: "A shell that hears the signals in place of the program is not noticed.",
    },
    function* (line, _source, path) {
      // With a redirection alone, exec starts nothing.
      const other = line.replace(/^(\s*)exec\s+(?=[^\s\d<>-])/, "$1");
      if (path.endsWith(".sh") && other !== line) yield { line: other };
    },
  ),
];
