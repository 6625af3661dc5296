import { renderClassPage } from "./class-page.ts";
import { type Cell, writeCsv } from "./csv.ts";
import { explainEntry } from "./explain-entry.ts";
import type { Entry, Gradebook } from "./gradebook.ts";

/** Every form of a gradebook, by the name that the command line knows it by. */
export const GRADEBOOK_FORMATS = ["canvas", "moodle", "csv", "html"] as const;

export type GradebookFormat = (typeof GRADEBOOK_FORMATS)[number];

const RENDERERS: Record<GradebookFormat, (gradebook: Gradebook) => string> = {
  canvas: renderCanvas,
  moodle: renderMoodle,
  csv: renderLong,
  html: renderClassPage,
};

/** A gradebook in one of the forms; the same gradebook gives the same text. */
export function renderGradebook(format: GradebookFormat, gradebook: Gradebook): string {
  return RENDERERS[format](gradebook);
}

const pointsOf = (entry: Entry): Cell => (entry.kind === "marked" ? entry.counted.points : undefined);

/**
 * For Canvas's import of grades: its five columns of students, a row with the points possible, and a column for each
 * lab. A number in parentheses at a title's end would be taken for an id.
 */
function renderCanvas({ labs, rows }: Gradebook): string {
  const head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"];
  return writeCsv([
    [...head, ...labs.map(({ slug, title }) => `${slug} ${title}`.replace(/\((\d+)\)\s*$/, "[$1]"))],
    ["    Points Possible", "", "", "", "", ...labs.map(({ points }) => points)],
    ...rows.map(({ student, entries }) => [
      student.name,
      student.canvasId,
      student.id,
      student.login,
      student.section,
      ...entries.map(pointsOf),
    ]),
  ]);
}

/**
 * For Moodle's import of grades from CSV: students by id number and e-mail, a grade and a feedback for each
 * lab. Only a dash is no grade for it where the column is a new one.
 */
function renderMoodle({ labs, rows }: Gradebook): string {
  return writeCsv([
    [
      "ID number",
      "Email address",
      "Full name",
      ...labs.flatMap(({ slug, title }) => [`${slug} ${title}`, `${slug} ${title} (feedback)`]),
    ],
    ...rows.map(({ student, entries }) => [
      student.id,
      student.email,
      student.name,
      ...entries.flatMap((entry) => [pointsOf(entry) ?? "-", explainEntry(entry)]),
    ]),
  ]);
}

/** Everything, a row for each student and lab, for other programs. */
function renderLong({ labs, rows }: Gradebook): string {
  const head =
    "id,github,name,section,lab,status,points,possible,score,max_score,days_late,percent_off,handed_in,attempts,commit,digest,document,note";
  return writeCsv([
    head.split(","),
    ...rows.flatMap(({ student, entries }) =>
      entries.map((entry, index) => {
        const counted = entry.kind === "marked" ? entry.counted : undefined;
        const result = counted?.attempt.result;
        return [
          student.id,
          student.github,
          student.name,
          student.section,
          labs[index]?.slug,
          entry.kind,
          counted?.points,
          labs[index]?.points,
          counted?.score,
          counted?.maxScore,
          counted?.lateness.days,
          counted?.lateness.percent,
          result?.startedAt,
          entry.attempts,
          result?.submission.commit,
          result?.submission.digest,
          counted?.attempt.document,
          entry.note,
        ];
      }),
    ),
  ]);
}
