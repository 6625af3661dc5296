import { checkPlace, filesBelow, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

/** What only a solution says: a key with its value, an assignment, an instruction with its arguments. */
const CODE = [
  /`([^`]+)`/g,
  /([A-Za-z_]+: ?[^\s,;)`]+)/g,
  /((?:ARG|USER|ENV|EXPOSE|COPY|CMD|ENTRYPOINT|FROM|LABEL|RUN|HEALTHCHECK|WORKDIR|VOLUME) [^\s,;)`]+)/g,
];
/** A sentence that begins so tells what to write. */
const INSTRUCTION =
  /(?:^|[.!;] )(?:Just |Simply )?((?:Add|Set|Write|Put|Give|Mount|Replace|Insert|Append|Declare|Define|Use|Make|Change|Move|Connect|Publish|Remove|Delete|Drop) (?:`[^`]*`|[^.`])*)/;

/** Points, and hints: that there are some, that each says more, and that the first only leads. */
export function checkPointsAndHints(facts: LabFacts, report: Report): void {
  const { rubric } = facts;
  if (rubric === undefined) return;
  const sum = rubric.checks.reduce((total, { points }) => total + points, 0);
  const [first] = rubric.checks;
  if (sum !== 100 && first !== undefined) report("points.sum", { sum }, checkPlace(facts, first.id), "points");
  const solution = onlyInSolution(facts);
  const given = textOf(facts, "starter");
  for (const { id, hints } of rubric.checks) {
    const [hint] = hints;
    if (hint === undefined) {
      report("hint.missing", { check: id }, checkPlace(facts, id), id);
      continue;
    }
    const repeated = hints.find((text, index) => hints.indexOf(text) !== index || text.trim() === "");
    if (repeated !== undefined) report("hint.repeated", { check: id }, checkPlace(facts, id, repeated), id);
    const fragment = givesAway(hint, solution, given);
    if (fragment !== undefined) report("hint.gives-away", { check: id, fragment }, checkPlace(facts, id, hint), id);
  }
}

/** The part of a first hint that is the answer, or undefined; `given` is the text of the starter. */
function givesAway(hint: string, solution: (fragment: string) => boolean, given: string): string | undefined {
  const fragments = CODE.flatMap((pattern) => [...hint.matchAll(pattern)].map(([, found = ""]) => found.trim()));
  const written = fragments.find((fragment) => /[:= ]/.test(fragment) && solution(fragment));
  if (written !== undefined) return written;
  // A question may name what it asks about.
  if (hint.includes("?")) return undefined;
  const told = INSTRUCTION.exec(hint)?.[1];
  const names = told?.match(/`[^`]+`|\b[a-z][a-z_]{4,}\b/g) ?? [];
  const isRemoved = (name: string) => /^(Remove|Delete|Drop)\b/.test(told ?? "") && given.includes(`${name}:`);
  return names.some((name) => name.startsWith("`") || solution(name) || isRemoved(name)) ? told : undefined;
}

function textOf(facts: LabFacts, folder: string): string {
  return [...filesBelow(facts, folder).values()].join("\n");
}

/** Whether a right solution says this, and neither starter nor task does. */
function onlyInSolution(facts: LabFacts): (fragment: string) => boolean {
  const plain = (words: string) =>
    words
      .replace(/["'\s]+/g, " ")
      .replace(/[.;,]+$/, "")
      .trim();
  const [solution, known] = [
    plain(`${textOf(facts, "reference")}\n${textOf(facts, "alternatives")}`),
    plain(`${textOf(facts, "starter")}\n${facts.task}`),
  ];
  return (fragment) => {
    const words = plain(fragment);
    return words.length >= 5 && solution.includes(words) && !known.includes(words);
  };
}
