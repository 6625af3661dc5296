import type { Lab } from "@compose-labs/lab";
import { type EarlierLab, type LintFinding, lintLab, readFacts } from "../../src/lint/index.ts";
import { completeAnswers, newLabFiles } from "../../src/scaffold/index.ts";
import { writeLab } from "../course.ts";

/** By path: a new text, what becomes of the old one, or undefined to take the file away. */
export type Changes = Record<string, string | undefined | ((text: string) => string)>;

const said = { name: "01-page", title: undefined, submits: "compose", services: undefined, shows: undefined };
const answers = await completeAnswers(said, [], { ask: undefined, proposals: true });
export const CLEAN_LAB = newLabFiles(answers, { schemas: "..", launcher: "grader.mjs" });

/** What lint says of a clean lab with these changes. */
export async function lintChanged(
  changes: Changes,
  course: { others?: Pick<Lab, "slug" | "manifest">[]; earlier?: EarlierLab } = {},
): Promise<LintFinding[]> {
  const files = new Map<string, string | undefined>(CLEAN_LAB);
  for (const [path, change] of Object.entries(changes)) {
    files.set(path, typeof change === "function" ? change(files.get(path) ?? "") : change);
  }
  await using lab = await writeLab(answers.slug, files);
  const { others = [], earlier } = course;
  const catalogue = ["busybox:1.37", "busybox:latest"];
  return lintLab(await readFacts({ directory: lab.directory, slug: answers.slug, catalogue, others, earlier }));
}

/** One text for another; throws where there is nothing to replace, so that no test passes by a slip. */
export function swap(old: string, text: string): (whole: string) => string {
  return (whole) => {
    if (!whole.includes(old)) throw new Error(`"${old}" is not in the file`);
    return whole.replace(old, () => text);
  };
}
