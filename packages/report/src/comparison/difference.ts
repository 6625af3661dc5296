/** One thing that two results do not agree in. */
export interface Difference {
  /** `outcome`: what came out; `input`: what went in, and may be why. */
  kind: "outcome" | "input";
  /** `verdict`, `score`, `check db-hidden`, `submission`, `engine` … */
  what: string;
  /** As the first and the second result say it; `not recorded` where one does not. */
  first: string;
  second: string;
  /** Why it may matter, in a sentence; empty for a check's outcome, which says so itself. */
  why: string;
}
