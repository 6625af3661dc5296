import { RE2JS } from "re2js";

/**
 * Whether a regular expression, in RE2's syntax and unanchored, matches somewhere in the text. Answers what is wrong
 * with it where it is none: the original fails the test then, whichever list it stands in.
 */
export function matchPattern(pattern: string, text: string): { matches: boolean } | { broken: string } {
  try {
    return { matches: RE2JS.compile(pattern).matcher(text).find() };
  } catch (error) {
    return { broken: error instanceof Error ? error.message : String(error) };
  }
}

/** One message for each expression of `expected` that matches nothing, of `excluded` that matches, or that is broken. */
export function checkPatterns(
  what: string,
  text: string,
  lists: { expected: string[] | undefined; excluded: string[] | undefined },
): string[] {
  const shown = text === "" ? "nothing" : `\`${shorten(text)}\``;
  const check = (pattern: string, wanted: boolean): string[] => {
    const answer = matchPattern(pattern, text);
    if ("broken" in answer) return [`found the broken expression /${pattern}/ (${answer.broken}), expected one of RE2`];
    if (answer.matches === wanted) return [];
    return [`found ${shown} in ${what}, expected ${wanted ? "a match" : "no match"} of /${pattern}/`];
  };
  return [
    ...(lists.expected ?? []).flatMap((pattern) => check(pattern, true)),
    ...(lists.excluded ?? []).flatMap((pattern) => check(pattern, false)),
  ];
}

const SHOWN = 400;

function shorten(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
