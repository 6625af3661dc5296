import { formatPlace, LabError } from "@compose-labs/lab/errors";

/** An error as the terminal shows it: where, what was found and expected, and what to do. */
export function errorText(thrown: unknown): string {
  if (thrown instanceof LabError) {
    const place = thrown.place ? `${formatPlace(thrown.place)}: ` : "";
    const hint = thrown.hint === undefined ? "" : `  ${thrown.hint.split("\n").join("\n  ")}\n`;
    return `grader: ${place}${thrown.message} [${thrown.code}]\n${hint}`;
  }
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `grader: an error of its own; please report it\n${text}\n`;
}
