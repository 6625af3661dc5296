import type { Ink, Page } from "./page.ts";
import { measure, padEnd, wrap } from "./text-width.ts";

/** Column at which the text of a field starts. */
export const FIELD_INDENT = 12;

const hang = " ".repeat(FIELD_INDENT);

/** Columns that the text of a field may take. */
export function fieldWidth(page: Page): number {
  return page.width - FIELD_INDENT;
}

/** `  found     the text, wrapped under itself`; the lines are laid out already. */
export function labelled(page: Page, label: string, lines: string[]): string[] {
  const head = padEnd(`  ${label}`, FIELD_INDENT);
  return lines.map((line, index) => (index === 0 ? page.paint("faint", head) : hang) + line);
}

/** A label and its text, wrapped by words. */
export function field(page: Page, label: string, text: string, ink?: Ink): string[] {
  const lines = wrap(text, fieldWidth(page));
  return labelled(page, label, ink === undefined ? lines : lines.map((line) => page.paint(ink, line)));
}

/** Parts of a shell line that may be torn apart: at blanks outside quotes. */
function splitCommand(command: string): string[] {
  return command.match(/(?:\\.|'[^']*'?|"(?:\\.|[^"\\])*"?|[^\s'"\\]|\\$)+/g) ?? [];
}

/**
 * A command, continued with `\` at blanks outside quotes, so that it can be copied as it stands.
 * A single word longer than the line can only be cut.
 */
export function commandField(page: Page, label: string, command: string): string[] {
  const width = fieldWidth(page);
  const lines = command.split("\n").flatMap((line) => {
    const wrapped: string[] = [];
    let current = "";
    for (const word of splitCommand(line)) {
      const joined = current === "" ? word : `${current} ${word}`;
      if (current === "" || measure(joined) <= width - 2) current = joined;
      else {
        wrapped.push(`${current} \\`);
        current = `  ${word}`;
      }
    }
    return [...wrapped, current];
  });
  const fitting = lines.flatMap((line) => (measure(line) <= width ? [line] : wrap(line, width)));
  return labelled(
    page,
    label,
    fitting.map((line) => page.paint("command", line)),
  );
}
