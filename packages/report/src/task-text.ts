import { measure, padEnd, wrap } from "./text-width.ts";

const cellsOf = (row: string) =>
  row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim().replaceAll("\\|", "|")));

/** Without the marks of emphasis and links; names in backticks stay as they are. */
function plain(text: string): string {
  return text.replace(/\*\*([^*]+)\*\*/g, "$1").replace(/(?<!!)\[([^\]]+)\]\(([^)]+)\)/g, "$1 ($2)");
}

/** Columns as wide as their cells; the widest one gives way until the row fits, and wraps. */
function drawTable(rows: string[], width: number): string[] {
  const cells = rows.filter((row) => !/^[\s|:-]+$/.test(row)).map(cellsOf);
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => measure(row[column] ?? ""))));
  const spare = () => width - widths.reduce((sum, each) => sum + each + 2, 0);
  while (spare() < 0 && Math.max(...widths) > 8) widths[widths.indexOf(Math.max(...widths))] = Math.max(...widths) - 1;
  return cells.flatMap((row) => {
    const wrapped = widths.map((each, column) => wrap(row[column] ?? "", each));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      widths.map((each, column) => padEnd(wrapped[column]?.[line] ?? "", each)).join("  "),
    );
  });
}

/** A paragraph or an item of a list; what goes on below is indented as the text of the item. */
function drawBlock(lines: string[], width: number): string[] {
  const [first = "", ...rest] = lines;
  const [, indent = "", mark = "", begin = ""] = /^(\s*)([-*] |\d+[.)] )?(.*)$/.exec(first) ?? [];
  const hang = " ".repeat(indent.length + mark.length);
  const text = plain([begin, ...rest.map((line) => line.trim())].join(" "));
  return wrap(text, width - hang.length).map((line, index) => (index === 0 ? indent + mark : hang) + line);
}

/** A task (Markdown) as plain text of at most `width` columns; code stays as it is. */
export function layOutTask(markdown: string, width: number): string[] {
  const out: string[] = [];
  const lines = markdown.replace(/<!--[\s\S]*?-->/g, "").split("\n");
  for (let at = 0; at < lines.length; ) {
    const from = at;
    const line = lines[at++] ?? "";
    const take = (goesOn: (next: string) => boolean) => {
      while (at < lines.length && goesOn(lines[at] ?? "")) at++;
      return lines.slice(from, at);
    };
    if (/^\s*```/.test(line)) {
      const code = take((next) => !/^\s*```/.test(next)).slice(1);
      at++;
      out.push(...code.map((text) => `    ${text}`));
    } else if (/^#+ /.test(line)) {
      const heading = plain(line.replace(/^#+ /, ""));
      out.push(heading, (line.startsWith("# ") ? "=" : "-").repeat(Math.min(width, measure(heading))));
    } else if (/^\s*\|/.test(line))
      out.push(
        ...drawTable(
          take((next) => /^\s*\|/.test(next)),
          width,
        ),
      );
    else if (line.trim() === "") out.push("");
    else
      out.push(
        ...drawBlock(
          take((next) => next.trim() !== "" && !/^\s*([-*] |\d+[.)] |#|\||```)/.test(next)),
          width,
        ),
      );
  }
  return out;
}
