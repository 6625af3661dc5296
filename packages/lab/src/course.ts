import * as v from "valibot";
import { described } from "./described.ts";
import { readYamlFile } from "./yaml-document.ts";

/** Version of `course.yaml`. */
export const COURSE_SCHEMA = "compose-labs/course/v1";

/** Where a course says it, below its root. */
export const COURSE_FILE = "course.yaml";

const PLACEHOLDERS = ["{student}", "{lab}"];
const SEGMENT = /^(?:\{student\}|\{lab\}|[A-Za-z0-9._-]+)$/;

/** `submissions/{student}/{lab}`: both placeholders once, each a whole segment, below a folder of its own. */
const layout = v.pipe(
  v.string(),
  v.check(
    (text) => text.split("/").every((segment) => SEGMENT.test(segment) && segment !== "." && segment !== ".."),
    "expected a relative path of plain names, {student} and {lab}, such as submissions/{student}/{lab}",
  ),
  v.check(
    (text) => PLACEHOLDERS.every((name) => text.split("/").filter((segment) => segment === name).length === 1),
    "expected {student} and {lab} once each, as whole parts of the path",
  ),
  v.check(
    (text) => !PLACEHOLDERS.includes(text.split("/")[0] ?? ""),
    "expected a folder before {student} and {lab}, so that submissions stand apart from the course",
  ),
);

const moment = v.pipe(
  v.string(),
  v.isoTimestamp("expected a moment with its offset from UTC, such as 2026-12-01T23:59:00+01:00"),
);

const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

const courseLab = v.strictObject({
  due: v.optional(described(moment, "After it a submission is late")),
  closes: v.optional(described(moment, "After it a submission counts no more")),
  points: v.optional(
    described(
      v.pipe(v.number(), v.minValue(0)),
      "What the lab counts in the gradebook; the lab's own points if not given",
    ),
  ),
});

const lateRules = v.strictObject({
  grace: v.optional(described(v.pipe(v.number(), v.minValue(0)), "Minutes after the due date that cost nothing"), 0),
  perDay: described(percent, "Percent of the reached points taken away for each begun day"),
  atMost: v.optional(described(percent, "Percent taken away at most"), 100),
});

export const courseSchema = v.strictObject({
  schema: described(v.literal(COURSE_SCHEMA), "Version of this file"),
  title: v.pipe(v.string(), v.minLength(1)),
  submissions: v.optional(
    described(layout, "Where students hand in, below the repository's root"),
    "submissions/{student}/{lab}",
  ),
  attempt: v.optional(
    described(v.picklist(["best", "last"]), "Which attempt at a lab counts in the gradebook"),
    "best",
  ),
  late: v.optional(described(lateRules, "What lateness costs; nothing if not given")),
  labs: v.optional(
    described(v.record(v.string(), courseLab), "Dates and weights by a lab's folder: 07-bridge-networks"),
    {},
  ),
});

/** What a course says of itself: where students hand in, and what counts. */
export type Course = v.InferOutput<typeof courseSchema>;

/** Reads `course.yaml`; throws a usage error with `course.yaml:line:column`. `shownAs` names the file in messages. */
export async function readCourse(path: string, shownAs = COURSE_FILE): Promise<Course> {
  return (await readYamlFile(path, shownAs, courseSchema)).value;
}
