import type { Result } from "@compose-labs/lab";
import type { Course } from "@compose-labs/lab/course";
import { markOf } from "../mark.ts";
import { type Lateness, latenessOf } from "./lateness.ts";

/** One student of the roster. */
export interface Student {
  /** The school's own id. */
  id: string;
  /** The login at GitHub; undefined if the roster names none, so that nothing can be found of this student. */
  github?: string | undefined;
  name: string;
  email?: string | undefined;
  login?: string | undefined;
  section?: string | undefined;
  /** Canvas's own number of the student. */
  canvasId?: string | undefined;
}

/** One document: what a student handed in for a lab, and what became of it. */
export interface Attempt {
  /** As the document or its folder names it: a login at GitHub, or the school's id. */
  student: string;
  /** The lab's folder: 07-bridge-networks. */
  lab: string;
  result: Result;
  /** The document's name, for messages. */
  document: string;
}

export interface GradebookLab {
  slug: string;
  title: string;
  /** What it counts in the gradebook. */
  points: number;
}

interface Counted {
  attempt: Attempt;
  /** As the result says it. */
  score: number;
  maxScore: number;
  lateness: Lateness;
  /** Points in the gradebook, lateness taken away; two decimals. */
  points: number;
}

/** What is entered for one student and lab. Only `marked` has points; the others stay blank, which is no zero. */
export type Entry =
  | { kind: "marked"; counted: Counted; attempts: number; note?: string }
  | { kind: "missing"; attempts: 0; note?: undefined }
  | { kind: "no-mark" | "closed"; attempts: number; note: string };

export interface Gradebook {
  title: string;
  labs: GradebookLab[];
  rows: { student: Student; entries: Entry[] }[];
  /** Names in documents that are nobody's in the roster, with the documents. */
  unknown: { student: string; documents: string[] }[];
}

export interface GradebookInput {
  course: Course;
  roster: readonly Student[];
  attempts: readonly Attempt[];
  /** Every lab of the course with what it is worth by itself; labs without dates and results are left out. */
  labs: readonly GradebookLab[];
}

/** Who gets what: for each student and lab the attempt that counts, with lateness taken away. */
export function makeGradebook({ course, roster, attempts, labs }: GradebookInput): Gradebook {
  const used = new Set([...attempts.map(({ lab }) => lab), ...Object.keys(course.labs)]);
  const known = new Map(labs.map((lab) => [lab.slug, lab]));
  const columns = [...used]
    .toSorted()
    .map((slug) => ({ ...describe(slug, known.get(slug), attempts), ...pointsOf(course, slug) }));
  const byName = new Map<string, Student>();
  for (const student of roster) {
    byName.set(student.id.toLowerCase(), student);
  }
  for (const student of roster) {
    if (student.github !== undefined) byName.set(student.github.toLowerCase(), student);
  }
  const found = Map.groupBy(attempts, ({ student }) => byName.get(student.toLowerCase()));
  const unknown = Map.groupBy(found.get(undefined) ?? [], ({ student }) => student);
  return {
    title: course.title,
    labs: columns,
    rows: roster.map((student) => ({
      student,
      entries: columns.map((lab) =>
        enter(
          course,
          lab,
          (found.get(student) ?? []).filter((attempt) => attempt.lab === lab.slug),
        ),
      ),
    })),
    unknown: [...unknown]
      .map(([student, all]) => ({ student, documents: all.map(({ document }) => document) }))
      .toSorted((a, b) => (a.student < b.student ? -1 : 1)),
  };
}

/** A lab that is not known here has the title and the points that its results say. */
function describe(slug: string, lab: GradebookLab | undefined, attempts: readonly Attempt[]): GradebookLab {
  if (lab !== undefined) return lab;
  const own = attempts.filter((attempt) => attempt.lab === slug);
  const points = Math.max(0, ...own.map(({ result }) => result.maxScore));
  return { slug, title: own[0]?.result.lab.title ?? slug, points };
}

function pointsOf(course: Course, slug: string): { points?: number } {
  const points = course.labs[slug]?.points;
  return points === undefined ? {} : { points };
}

function enter(course: Course, lab: GradebookLab, attempts: readonly Attempt[]): Entry {
  if (attempts.length === 0) return { kind: "missing", attempts: 0 };
  const rules = course.labs[lab.slug] ?? {};
  const inTime = attempts.filter(({ result }) => !isAfter(result.startedAt, rules.closes));
  if (inTime.length === 0) {
    return {
      kind: "closed",
      attempts: attempts.length,
      note: `handed in after ${rules.closes}, when the lab had closed`,
    };
  }
  const counted = inTime.flatMap((attempt) => count(course, lab, attempt));
  const chosen = counted.toSorted(course.attempt === "last" ? byTime : byPoints)[0];
  if (chosen === undefined) {
    const [last] = inTime.toSorted((a, b) => Date.parse(b.result.startedAt) - Date.parse(a.result.startedAt));
    const mark = last === undefined ? undefined : markOf(last.result);
    return { kind: "no-mark", attempts: attempts.length, note: mark?.none ?? "no attempt has a mark" };
  }
  const unmarked = attempts.length - counted.length;
  return {
    kind: "marked",
    counted: chosen,
    attempts: attempts.length,
    ...(unmarked === 0 ? {} : { note: `${unmarked} of ${attempts.length} attempts count for nothing` }),
  };
}

const isAfter = (moment: string, end: string | undefined) => end !== undefined && Date.parse(moment) > Date.parse(end);

function count(course: Course, lab: GradebookLab, attempt: Attempt): Counted[] {
  const { result } = attempt;
  const mark = markOf(result);
  if (mark.none !== undefined) return [];
  const lateness = latenessOf(result.startedAt, course.labs[lab.slug]?.due, course.late);
  const share = mark.maxScore === 0 ? 0 : mark.score / mark.maxScore;
  const points = round(lab.points * share * (1 - lateness.percent / 100));
  return [{ attempt, score: mark.score, maxScore: mark.maxScore, lateness, points }];
}

/** Two decimals, as gradebooks show them. */
function round(points: number): number {
  return Math.round((points + Number.EPSILON) * 100) / 100;
}

/** The later first; of two at the same time the better, then the name of the document decides. */
function byTime(a: Counted, b: Counted): number {
  return timeOf(b) - timeOf(a) || b.points - a.points || compareDocuments(a, b);
}

/** The better first; of two alike the earlier. */
function byPoints(a: Counted, b: Counted): number {
  return b.points - a.points || timeOf(a) - timeOf(b) || compareDocuments(a, b);
}

const timeOf = ({ attempt }: Counted) => Date.parse(attempt.result.startedAt);

function compareDocuments(a: Counted, b: Counted): number {
  return a.attempt.document < b.attempt.document ? -1 : 1;
}
