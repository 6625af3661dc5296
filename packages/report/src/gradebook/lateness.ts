import type { Course } from "@compose-labs/lab/course";

export interface Lateness {
  /** Days begun after the due date and the grace; 0 before. */
  days: number;
  /** Percent of the reached points that are taken away. */
  percent: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** What handing in at `moment` costs; moments are ISO 8601. Days are of 24 hours. */
export function latenessOf(moment: string, due: string | undefined, rules: Course["late"]): Lateness {
  const late = due === undefined ? 0 : Date.parse(moment) - Date.parse(due) - (rules?.grace ?? 0) * 60_000;
  if (late <= 0) return { days: 0, percent: 0 };
  const days = Math.ceil(late / DAY);
  return { days, percent: rules === undefined ? 0 : Math.min(rules.atMost, days * rules.perDay) };
}
