/** Text of one finding code; `{name}` stands for the argument of that name, `[…]` for a part that needs its arguments. */
export interface Explanation {
  severity: "refuse" | "note";
  /** The finding in the student's words, one sentence without a full stop. */
  message: string;
  /** The change to make, as imperative sentences. */
  remedy: string;
}

export type Explanations = Record<string, Explanation>;
