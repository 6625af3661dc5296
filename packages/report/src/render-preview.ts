import type { Check } from "@compose-labs/lab";
import { field } from "./field.ts";
import { drawHeading } from "./heading.ts";
import { neutralise } from "./neutralise.ts";
import { closePage, openPage, type PageOptions } from "./page.ts";
import { layOutTask } from "./task-text.ts";
import { wrap } from "./text-width.ts";

type Shown = Pick<Check, "id" | "title" | "points" | "hints" | "needs" | "at">;

export interface Preview {
  /** The README.md, which students get as TASK.md. */
  task: string;
  /** Paths below starter/, with what becomes of the student's changes to them. */
  starter: { path: string; isGiven: boolean }[];
  /** Patterns of what is handed in. */
  handedIn: string[];
}

/** The task and the files as a student gets them. */
export function renderPreview({ task, starter, handedIn }: Preview, options: PageOptions): string {
  const page = openPage(options);
  const clean = (text: string) => neutralise(text, { ascii: !page.unicode });
  const files = starter.map(({ path, isGiven }) => `  ${clean(path)}${isGiven ? "  (given: used as it is)" : ""}`);
  return closePage([
    ...layOutTask(clean(task).trimEnd(), page.width),
    "",
    "Files to begin with",
    "-------------------",
    ...files,
    "",
    ...wrap(`Handed in: ${clean(handedIn.join(", "))}`, page.width),
  ]);
}

/** One check as its failure looks, but for what only a run can say. */
export function renderCheckPreview(check: Shown, options: PageOptions & { hints: number }): string {
  const page = openPage(options);
  const clean = (text: string) => neutralise(text, { ascii: !page.unicode });
  const { hints, needs } = check;
  return closePage([
    drawHeading(page, "failed", "FAILED", check.id, `0 of ${check.points} points`),
    ...wrap(clean(check.title), page.width - 1),
    "",
    ...field(
      page,
      "found",
      "what the run observes, with the place in the student's file and the command that shows it",
    ),
    ...(check.at === undefined ? [] : field(page, "at", check.at)),
    ...hints
      .slice(0, options.hints)
      .flatMap((hint, index) => field(page, `hint ${index + 1}/${hints.length}`, clean(hint))),
    ...(needs.length === 0 ? [] : field(page, "needs", needs.map(({ id }) => id).join(", "), "faint")),
  ]);
}
