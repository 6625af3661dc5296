import { neutralise } from "../neutralise.ts";
import type { Comparison } from "./compare-results.ts";
import type { Difference } from "./difference.ts";

/** A comparison as lines of text, for a terminal. `names` are how the two documents are called. */
export function renderComparison({ same, differences }: Comparison, names: readonly [string, string]): string {
  const outcomes = differences.filter(({ kind }) => kind === "outcome");
  const inputs = differences.filter(({ kind }) => kind === "input");
  const [first, second] = names.map(oneLine);
  const head = same
    ? `${first} and ${second} agree: the same verdict, score and outcomes.\n`
    : `${first} and ${second} differ.\n`;
  return [
    head,
    section("What came out", outcomes),
    section(same ? "What went in differed all the same" : "What went in", inputs),
    !same && inputs.length === 0
      ? "\nNothing that went in differs: the machine was slower, or the stack does not behave the same each time.\nGrade it again with the same seed, a few times.\n"
      : "",
  ].join("");
}

function section(title: string, differences: Difference[]): string {
  if (differences.length === 0) return "";
  const width = Math.max(...differences.map(({ what }) => oneLine(what).length));
  const lines = differences.map(({ what, first, second, why }) => {
    const reason = why === "" ? "" : `  ${" ".repeat(width)}  ${why}\n`;
    return `  ${oneLine(what).padEnd(width)}  ${oneLine(first)} -> ${oneLine(second)}\n${reason}`;
  });
  return `\n${title}\n${lines.join("")}`;
}

const oneLine = (text: string): string => neutralise(text, { maxLength: 200 }).replaceAll("\n", " ");
