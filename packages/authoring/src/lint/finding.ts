import type { Place } from "@compose-labs/lab";
import { checkWords } from "./words/check-words.ts";
import { labWords } from "./words/lab-words.ts";
import { taskWords } from "./words/task-words.ts";
import type { Words } from "./words/words.ts";

const words = { ...labWords, ...taskWords, ...checkWords } as const;

export type LintCode = keyof typeof words;

/** Every code, for docs/lint.md and for the test that reaches each. */
export const LINT_CODES = Object.keys(words) as LintCode[];

export interface LintFinding {
  code: LintCode;
  /** What it is about: the id of a check, the name of a function, a mutant or a file; exceptions may name it. */
  about: string;
  place: Place;
  /** One sentence without a full stop: found, expected. */
  message: string;
  remedy: string;
  fixable: boolean;
}

type ArgsOf<C extends LintCode> = Parameters<(typeof words)[C]>[0];

/** What a rule emits; the words are added in one place only. */
export type Report = <C extends LintCode>(code: C, args: ArgsOf<C>, place: Place, about: string) => void;

/** A list of findings and the function that adds to it; the same words at the same place are added once. */
export function collectLint(): { findings: LintFinding[]; report: Report } {
  const findings = new Map<string, LintFinding>();
  const report: Report = (code, args, place, about) => {
    const { message, remedy, fixable = false } = (words[code] as (args: ArgsOf<typeof code>) => Words)(args);
    const key = JSON.stringify([code, message, place]);
    if (!findings.has(key)) findings.set(key, { code, about, place, message, remedy, fixable });
  };
  return {
    report,
    get findings() {
      return [...findings.values()];
    },
  };
}
