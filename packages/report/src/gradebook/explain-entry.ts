import type { Entry } from "./gradebook.ts";

/** What a student may read beside the points. */
export function explainEntry(entry: Entry): string | undefined {
  if (entry.kind !== "marked") return entry.note;
  const { score, maxScore, lateness } = entry.counted;
  const late =
    lateness.days === 0
      ? ""
      : `, ${lateness.days} ${lateness.days === 1 ? "day" : "days"} late: ${lateness.percent} % taken away`;
  return `${score} of ${maxScore} points${late}`;
}
