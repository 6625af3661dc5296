import type { Course } from "@compose-labs/lab/course";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { summariseClass } from "../../src/gradebook/class-statistics.ts";
import { writeCsv } from "../../src/gradebook/csv.ts";
import {
  type Attempt,
  GRADEBOOK_FORMATS,
  makeGradebook,
  renderGradebook,
  type Student,
} from "../../src/gradebook/index.ts";
import { latenessOf } from "../../src/gradebook/lateness.ts";
import { everyResult } from "../fixtures/every-result.ts";
import { randomResult } from "../fixtures/random-result.ts";
import { sampleCheck, sampleResult } from "../fixtures/sample-results.ts";

const SLUG = "07-bridge-networks";
const LABS = [
  { slug: "03-dockerfile-basics", title: "Dockerfiles", points: 100 },
  { slug: SLUG, title: "Bridge networks", points: 100 },
];
const DUE = "2026-12-01T23:59:00+01:00";

const ada: Student = { id: "1001", github: "ada", name: "Ada Lovelace", email: "ada@example.org" };
const linus: Student = { id: "1002", github: "linus", name: "Linus" };
const offline: Student = { id: "1003", name: "Without a login" };

const courseOf = (change: Partial<Course> = {}): Course => ({
  schema: "compose-labs/course/v1",
  title: "Containers",
  submissions: "submissions/{student}/{lab}",
  attempt: "best",
  labs: {},
  ...change,
});

/** An attempt with `score` of 20 points. */
function attempt(
  student: string,
  score: number,
  startedAt = "2026-11-01T10:00:00.000Z",
  document = startedAt,
): Attempt {
  const outcome = (at: number) => ({ outcome: at < score ? ("passed" as const) : ("failed" as const), points: 1 });
  const checks = Array.from({ length: 20 }, (_, at) => sampleCheck(`check-${at}`, outcome(at)));
  return { student, lab: SLUG, document, result: sampleResult({ checks, startedAt }) };
}

const book = (attempts: Attempt[], course = courseOf(), roster = [ada, linus]) =>
  makeGradebook({ course, roster, attempts, labs: LABS });

const entryOf = (attempts: Attempt[], course = courseOf()) => book(attempts, course).rows[0]?.entries[0];

describe("which attempt counts", () => {
  const attempts = [
    attempt("ada", 15, "2026-11-01T10:00:00.000Z"),
    attempt("ada", 10, "2026-11-02T10:00:00.000Z"),
    attempt("ada", 15, "2026-11-03T10:00:00.000Z"),
    attempt("ada", 12, "2026-11-04T10:00:00.000Z"),
  ];

  test("the best, and of two alike the earlier", () => {
    expect(entryOf(attempts)).toMatchObject({
      kind: "marked",
      attempts: 4,
      counted: { points: 75, score: 15, maxScore: 20, attempt: attempts[0] },
    });
  });

  test("the last, whatever the order of the documents", () => {
    const last = courseOf({ attempt: "last" });
    expect(entryOf(attempts, last)).toMatchObject({ counted: { points: 60 } });
    expect(entryOf(attempts.toReversed(), last)).toMatchObject({ counted: { points: 60 } });
  });

  test("names are compared without case, by GitHub's login or the school's id", () => {
    expect(entryOf([attempt("ADA", 20)])).toMatchObject({ kind: "marked" });
    expect(entryOf([attempt("1001", 20)])).toMatchObject({ kind: "marked" });
  });

  test("who is not in the roster is told, and nobody gets the points", () => {
    const made = book([
      attempt("eve", 20, undefined, "b.json"),
      attempt("ada", 1),
      attempt("bob", 2, undefined, "c.json"),
    ]);
    expect(made.unknown).toEqual([
      { student: "bob", documents: ["c.json"] },
      { student: "eve", documents: ["b.json"] },
    ]);
    expect(made.rows[1]?.entries).toEqual([{ kind: "missing", attempts: 0 }]);
  });
});

describe("blank and zero are kept apart", () => {
  const of = (result: Attempt["result"], startedAt = result.startedAt): Attempt => ({
    student: "ada",
    lab: SLUG,
    document: "d.json",
    result: { ...result, startedAt },
  });

  test("nothing handed in is blank, zero points and a refusal are a zero", () => {
    expect(book([attempt("linus", 3)]).rows[0]?.entries[0]).toEqual({ kind: "missing", attempts: 0 });
    expect(entryOf([attempt("ada", 0)])).toMatchObject({ kind: "marked", counted: { points: 0 } });
    expect(entryOf([of(everyResult.refused)])).toMatchObject({ kind: "marked", counted: { points: 0 } });
  });

  test("a fault and a part are blank with the reason", () => {
    expect(entryOf([of(everyResult.fault)])).toMatchObject({
      kind: "no-mark",
      note: expect.stringContaining("the engine does not answer any more"),
    });
    expect(entryOf([of(everyResult.partial)])).toMatchObject({ kind: "no-mark" });
  });

  test("a fault takes nothing from an attempt that has a mark, even where the last counts", () => {
    const attempts = [
      attempt("ada", 15, "2026-11-01T10:00:00.000Z"),
      of(everyResult.fault, "2026-11-09T10:00:00.000Z"),
    ];
    expect(entryOf(attempts, courseOf({ attempt: "last" }))).toMatchObject({
      kind: "marked",
      attempts: 2,
      counted: { points: 75 },
      note: "1 of 2 attempts count for nothing",
    });
  });

  test("what came after the closing is blank", () => {
    const course = courseOf({ labs: { [SLUG]: { closes: DUE } } });
    expect(entryOf([attempt("ada", 20, "2026-12-02T00:00:00.000Z")], course)).toEqual({
      kind: "closed",
      attempts: 1,
      note: `handed in after ${DUE}, when the lab had closed`,
    });
    expect(entryOf([attempt("ada", 20, "2026-12-01T22:59:00.000Z")], course)).toMatchObject({ kind: "marked" });
  });
});

describe("lateness", () => {
  const rules = { grace: 10, perDay: 15, atMost: 40 };

  test.each([
    ["2026-12-01T22:59:00.000Z", 0, 0],
    ["2026-12-01T23:09:00.000Z", 0, 0],
    ["2026-12-01T23:09:01.000Z", 1, 15],
    ["2026-12-02T23:09:00.000Z", 1, 15],
    ["2026-12-02T23:09:01.000Z", 2, 30],
    ["2026-12-20T00:00:00.000Z", 19, 40],
  ])("handed in at %s: %i days, %i %%", (moment, days, percent) => {
    expect(latenessOf(moment, DUE, rules)).toEqual({ days, percent });
  });

  test("without a due date nothing is late; without rules it costs nothing", () => {
    expect(latenessOf("2027-01-01T00:00:00.000Z", undefined, rules)).toEqual({ days: 0, percent: 0 });
    expect(latenessOf("2026-12-02T10:00:00.000Z", DUE, undefined)).toEqual({ days: 1, percent: 0 });
  });

  test("it is taken from the reached points, and the best is chosen after it", () => {
    const course = courseOf({ late: rules, labs: { [SLUG]: { due: DUE, points: 50 } } });
    const attempts = [attempt("ada", 14, "2026-11-30T10:00:00.000Z"), attempt("ada", 16, "2026-12-02T10:00:00.000Z")];
    expect(entryOf(attempts, course)).toMatchObject({ counted: { points: 35, lateness: { days: 0 } } });
    expect(entryOf(attempts.slice(1), course)).toMatchObject({ counted: { points: 34, lateness: { percent: 15 } } });
  });
});

describe("the forms", () => {
  const course = courseOf({
    late: { grace: 0, perDay: 10, atMost: 100 },
    labs: { "03-dockerfile-basics": {}, [SLUG]: { due: DUE } },
  });
  const made = book([attempt("ada", 15, "2026-12-02T10:00:00.000Z")], course, [
    { ...ada, canvasId: "77", login: "alove", section: "A" },
    offline,
  ]);
  const read = (text: string): string[][] => parse(text);

  test("Canvas: its columns, the points possible, and a blank where there is no mark", () => {
    expect(read(renderGradebook("canvas", made))).toEqual([
      [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "03-dockerfile-basics Dockerfiles",
        "07-bridge-networks Bridge networks",
      ],
      ["    Points Possible", "", "", "", "", "100", "100"],
      ["Ada Lovelace", "77", "1001", "alove", "A", "", "67.5"],
      ["Without a login", "", "1003", "", "", "", ""],
    ]);
  });

  test("Canvas: a number in parentheses at a title's end is not taken for an id", () => {
    const labs = [{ slug: SLUG, title: "Networks (2)", points: 100 }];
    const text = renderGradebook(
      "canvas",
      makeGradebook({ course: courseOf(), roster: [ada], attempts: [attempt("ada", 1)], labs }),
    );
    expect(read(text)[0]?.at(-1)).toBe("07-bridge-networks Networks [2]");
  });

  test("Moodle: a grade and a feedback for each lab", () => {
    expect(read(renderGradebook("moodle", made)).slice(1)).toEqual([
      ["1001", "ada@example.org", "Ada Lovelace", "-", "", "67.5", "15 of 20 points, 1 day late: 10 % taken away"],
      ["1003", "", "Without a login", "-", "", "-", ""],
    ]);
  });

  test("csv: a row for each student and lab", () => {
    const rows: Record<string, string>[] = parse(renderGradebook("csv", made), { columns: true });
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatchObject({
      id: "1001",
      lab: SLUG,
      status: "marked",
      points: "67.5",
      score: "15",
      max_score: "20",
      days_late: "1",
      percent_off: "10",
      handed_in: "2026-12-02T10:00:00.000Z",
    });
    expect(rows[3]).toMatchObject({ id: "1003", status: "missing", points: "", score: "" });
  });

  test("a lab that is not here has the title and the points of its results", () => {
    const unknown = makeGradebook({ course: courseOf(), roster: [ada], attempts: [attempt("ada", 10)], labs: [] });
    expect(unknown.labs).toEqual([{ slug: SLUG, title: "Bridge networks", points: 20 }]);
    expect(unknown.rows[0]?.entries[0]).toMatchObject({ counted: { points: 10 } });
  });
});

test.each([
  ["=1+1", "'=1+1"],
  ["+49 30", "'+49 30"],
  ["-12", "'-12"],
  ["-", "-"],
  ["@sum", "'@sum"],
  ["\t=1", "' =1"],
  ["\r=1", "' =1"],
  ["\uff1d1", "'\uff1d1"],
  ['Müller, "Zoë"', 'Müller, "Zoë"'],
  ["two\nlines", "two lines"],
])("the text %j is written so that no spreadsheet computes it", (text, seen) => {
  expect((parse(writeCsv([[text]])) as string[][])[0]?.[0]?.replace(/^'\s+/, "' ")).toBe(seen);
});

test("numbers are written as they are, and nothing as nothing", () => {
  expect(writeCsv([[0, 67.5, undefined, "x"]])).toBe("0,67.5,,x\r\n");
});

test("whatever the roster and the results say: every form has the same points, and no cell begins a formula", () => {
  const word = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.constantFrom("=cmd|' /C calc'!A0", "+1", "@x", "-1", 'a"b', "a,b", "ä;ö", "\n=x"),
  );
  const roster = fc.uniqueArray(
    fc.record({ id: fc.nat(9999).map(String), github: fc.nat(9).map((n) => `user${n}`), name: word, section: word }),
    { minLength: 1, maxLength: 6, selector: ({ id }) => id, comparator: "IsStrictlyEqual" },
  );
  const attempts = fc.array(
    fc.record({ student: fc.nat(12).map((n) => `user${n}`), result: randomResult, document: word }),
    {
      maxLength: 10,
    },
  );
  fc.assert(
    fc.property(roster, attempts, (students, handedIn) => {
      const unique = students.filter(({ github }, at) => students.findIndex((each) => each.github === github) === at);
      const made = makeGradebook({
        course: courseOf(),
        roster: unique,
        attempts: handedIn.map((each) => ({ ...each, lab: SLUG })),
        labs: LABS,
      });
      const expected = made.rows.flatMap(({ entries }) =>
        entries.map((entry) => (entry.kind === "marked" ? String(entry.counted.points) : "")),
      );
      const canvas: string[][] = parse(renderGradebook("canvas", made));
      const moodle: string[][] = parse(renderGradebook("moodle", made));
      const long: Record<string, string>[] = parse(renderGradebook("csv", made), { columns: true });
      expect(canvas.slice(2).flatMap((row) => row.slice(5))).toEqual(expected);
      expect(moodle.slice(1).flatMap((row) => row.slice(3).filter((_, at) => at % 2 === 0))).toEqual(
        expected.map((points) => points || "-"),
      );
      expect(long.map(({ points }) => points)).toEqual(expected);
      for (const cell of [...canvas.flat(), ...moodle.flat(), ...long.flatMap((row) => Object.values(row))]) {
        if (cell !== "-") expect(cell).not.toMatch(/^\s*[=+@\-\uff1d\uff0b\uff0d\uff20]/);
      }
      for (const format of GRADEBOOK_FORMATS) {
        expect(renderGradebook(format, made)).toBe(renderGradebook(format, structuredClone(made)));
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});

test("statistics: the spread, the hardest checks first, and each code once for a student", () => {
  const [lab] = summariseClass(book([attempt("ada", 20), attempt("linus", 9)]));
  expect(lab).toMatchObject({ marked: 2, missing: 0, late: 0, median: 72.5, mean: 72.5 });
  expect(lab?.tenths).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  expect(lab?.checks[0]).toMatchObject({ tried: 2, passed: 1 });
  expect(lab?.checks.at(-1)).toMatchObject({ tried: 2, passed: 2 });
  const failed = { ...attempt("ada", 0), result: everyResult.failed };
  const refused = { ...attempt("linus", 0), result: everyResult.refused };
  expect(summariseClass(book([failed, refused]))[0]?.diagnoses.map(({ code, students }) => [code, students])).toEqual([
    ["NET_NOT_ISOLATED", 1],
    ["service.privileged", 1],
  ]);
});
