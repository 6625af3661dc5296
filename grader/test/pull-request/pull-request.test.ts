import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CourseRepository, courseRepository, type Entries } from "./course-repository.ts";
import { codesOf, type Graded, type GradedOptions, graded, MINE, WHOLE } from "./graded.ts";

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;

let course: CourseRepository;
let base: string;

beforeAll(async () => {
  course = await courseRepository();
  base = await course.commit([], {
    "README.md": "The course\n",
    "course.yaml": "title: Course\n",
    "package.json": "{}\n",
    "labs/01-demo/checks.ts": "checks\n",
    ".github/workflows/grade.yml": "on: pull_request\n",
    "submissions/bob/01-demo/compose.yaml": "services: {}\n",
    "submissions/alice/01-old/compose.yaml": "services: {}\n",
  });
});
afterAll(() => course[Symbol.asyncDispose]());

function grade(head: string, options: Partial<GradedOptions> = {}): Promise<Graded> {
  return graded({ repository: course.path, base, head, ...options });
}

const many = (count: number, line: (index: number) => string): Entries =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [line(index), `${index}`]));

describe("a submission", () => {
  it("is graded as its commit has it, with who and what", async () => {
    const head = await course.commit([base], {
      ...WHOLE,
      [`${MINE}/docker/start.sh`]: { executable: "#!/bin/sh\n" },
      [`${MINE}/site/ä pict ure.png`]: Buffer.from([0, 1, 2, 0xff]),
    });
    const { document, seen, saved } = await grade(head);
    expect(document).toMatchObject({
      base,
      head,
      repository: "school/course",
      number: 7,
      author: "alice",
      verdict: "graded",
      findings: [],
      submissions: [
        {
          student: "alice",
          lab: "01-demo",
          folder: MINE,
          result: { submission: { student: "alice", commit: head } },
        },
      ],
    });
    expect(document.fault).toBeUndefined();
    expect(seen).toEqual({
      "alice/01-demo": {
        "compose.yaml": "services: {}\n",
        "notes.txt": "read it\n",
        "docker/start.sh": "x #!/bin/sh\n",
        "site/ä pict ure.png": "\u0000\u0001\u0002\u00ff",
      },
    });
    // Whenever the grader is ended, a valid document says that it was not done.
    expect(saved.map(({ verdict, fault, submissions }) => [verdict, fault?.code, submissions.length])).toEqual([
      ["fault", "UNFINISHED", 0],
      ["fault", "UNFINISHED", 1],
      ["graded", undefined, 1],
    ]);
  });

  it("is of its author in capitals and small letters, and of anybody where no author is known", async () => {
    const head = await course.commit([base], WHOLE);
    expect((await grade(head, { author: "Alice" })).document.verdict).toBe("graded");
    expect((await grade(head, { author: "" })).document.verdict).toBe("graded");
    const both = await course.commit([base], { ...WHOLE, "submissions/carol/01-demo/notes.txt": "read\n" });
    expect(codesOf((await grade(both, { author: "" })).document)).toEqual([
      "path.other-student submissions/carol/01-demo/notes.txt",
    ]);
  });

  it("counts from where it left the base, which may have gone on", async () => {
    const head = await course.commit([base], WHOLE);
    const later = await course.commit([base], { "labs/01-demo/checks.ts": "better checks\n" });
    const { document } = await grade(head, { base: later });
    expect(document).toMatchObject({ base: later, verdict: "graded" });
    // And with the base merged into it.
    const merged = await course.commit([later, head], WHOLE);
    expect((await grade(merged, { base: later })).document.verdict).toBe("graded");
  });

  it("may delete and rename its own files, and clear away a folder of a wrong name", async () => {
    const before = await course.commit([base], { ...WHOLE, [`${MINE}/docker/a.sh`]: "a\n" });
    const head = await course.commit([before], {
      [`${MINE}/docker/a.sh`]: undefined,
      [`${MINE}/docker/b.sh`]: "a\n",
      "submissions/alice/01-old/compose.yaml": undefined,
    });
    const { document, seen } = await grade(head, { base: before });
    expect(document.verdict).toBe("graded");
    expect(Object.keys(seen["alice/01-demo"] ?? {})).toEqual(["compose.yaml", "docker/b.sh", "notes.txt"]);
  });
});

const REFUSED: [what: string, entries: Entries, codes: string[], before?: Entries][] = [
  ["a change of a lab's checks", { ...WHOLE, "labs/01-demo/checks.ts": "" }, ["path.outside labs/01-demo/checks.ts"]],
  ["a change of the grader", { "grader/src/main.ts": "" }, ["path.outside grader/src/main.ts"]],
  [
    "a change of a workflow",
    { ".github/workflows/grade.yml": "on: push\n" },
    ["path.outside .github/workflows/grade.yml"],
  ],
  [
    "package.json, .npmrc, course.yaml and .gitattributes",
    { "package.json": "", ".npmrc": "", "course.yaml": "", ".gitattributes": "" },
    ["path.outside .gitattributes", "path.outside .npmrc", "path.outside course.yaml", "path.outside package.json"],
  ],
  ["a file of the course that is deleted", { "README.md": undefined }, ["path.outside README.md"]],
  [
    "a file of the course that is renamed into the submission",
    { ...WHOLE, "README.md": undefined, [`${MINE}/README.md`]: "The course\n" },
    ["path.outside README.md"],
  ],
  [
    "another student's folder",
    { ...WHOLE, "submissions/bob/01-demo/compose.yaml": "services: { web: {} }\n" },
    ["path.other-student submissions/bob/01-demo/compose.yaml"],
  ],
  [
    "another student's file that is deleted",
    { "submissions/bob/01-demo/compose.yaml": undefined },
    ["path.other-student submissions/bob/01-demo/compose.yaml"],
  ],
  ["a file between the labs", { "submissions/alice/notes.txt": "" }, ["path.misplaced submissions/alice/notes.txt"]],
  ["a file between the students", { "submissions/README.md": "" }, ["path.misplaced submissions/README.md"]],
  ["a lab that is not known", { "submissions/alice/01-dmo/a": "" }, ["lab.unknown submissions/alice/01-dmo"]],
  ["a lab in capitals", { "submissions/alice/01-DEMO/a": "" }, ["lab.unknown submissions/alice/01-DEMO"]],
  ["a symbolic link", { ...WHOLE, [`${MINE}/site/a`]: { link: "/etc/passwd" } }, [`file.symlink ${MINE}/site/a`]],
  ["the lab's folder as a link", { [MINE]: { link: "../bob/01-demo" } }, [`path.misplaced ${MINE}`]],
  ["a submodule", { ...WHOLE, [`${MINE}/site/a`]: { submodule: "1".repeat(40) } }, [`file.submodule ${MINE}/site/a`]],
  ["a pointer of Git LFS", { ...WHOLE, [`${MINE}/site/a.png`]: POINTER }, [`file.lfs-pointer ${MINE}/site/a.png`]],
  ["a folder of Git's own", { ...WHOLE, [`${MINE}/a/GIT~1/config`]: "" }, [`path.not-plain ${MINE}/a/GIT~1/config`]],
  ["a backslash", { ...WHOLE, [`${MINE}/a\\b`]: "" }, [`path.not-plain ${MINE}/a\\b`]],
  ["a control character", { ...WHOLE, [`${MINE}/a\nb`]: "" }, [`path.not-plain ${MINE}/a\nb`]],
  ["hidden text", { ...WHOLE, [`${MINE}/a\u202eb`]: "" }, [`path.not-plain ${MINE}/a\u202eb`]],
  ["a dot at the end", { ...WHOLE, [`${MINE}/a.`]: "" }, [`path.not-plain ${MINE}/a.`]],
  ["a colon", { ...WHOLE, [`${MINE}/a:b`]: "" }, [`path.not-plain ${MINE}/a:b`]],
  ["a name that is not UTF-8", { ...WHOLE, [`raw:${MINE}/caf\xe9`]: "" }, [`path.not-utf8 ${MINE}/caf\\xE9`]],
  ["a long path", { ...WHOLE, [`${MINE}/${"ä".repeat(120)}`]: "" }, [`path.too-long ${MINE}/${"ä".repeat(120)}`]],
  [
    "names that differ in capitals",
    { ...WHOLE, [`${MINE}/site/a`]: "", [`${MINE}/Site/b`]: "" },
    [`path.collision ${MINE}/site/a`],
  ],
  [
    "a second folder of the student in capitals",
    { "submissions/Alice/01-demo/notes.txt": "" },
    ["path.collision submissions/Alice"],
  ],
  ["too many files at once", many(201, (index) => `${MINE}/site/${index}`), ["changes.too-many"]],
  [
    "more changes than are listed one by one",
    many(13, (index) => `labs/x${index}`),
    [
      ...["x0", "x1", "x10", "x11", "x12", "x2", "x3", "x4", "x5", "x6"].map((x) => `path.outside labs/${x}`),
      "path.outside",
    ],
  ],
  [
    "the lab's folder replaced by a file",
    { "submissions/alice/01-old/compose.yaml": undefined, "submissions/alice/01-old": "" },
    ["path.misplaced submissions/alice/01-old"],
  ],
  ["the lab's folder as a submodule", { [MINE]: { submodule: "1".repeat(40) } }, [`path.misplaced ${MINE}`]],
  [
    "a submission of too many files, with those that were there",
    many(150, (index) => `${MINE}/site/later-${index}`),
    [`files.too-many ${MINE}`],
    many(400, (index) => `${MINE}/site/${index}`),
  ],
  [
    "a submission of too many bytes",
    { ...WHOLE, [`${MINE}/site/a.bin`]: Buffer.alloc(33 * 1024 * 1024) },
    [`files.too-large ${MINE}`],
  ],
  [
    "six labs at once",
    many(6, (index) => `submissions/alice/0${index}-demo/notes.txt`),
    [
      ...[0, 1, 2, 3, 4, 5]
        .filter((index) => index !== 1)
        .map((index) => `lab.unknown submissions/alice/0${index}-demo`),
      "labs.too-many",
    ],
  ],
  [
    "a submission that is deleted",
    { [`${MINE}/notes.txt`]: undefined },
    [`submission.deleted ${MINE}`],
    { [`${MINE}/notes.txt`]: "read\n" },
  ],
  [
    "a submission without a file that the lab takes",
    { [`${MINE}/node_modules/a`]: "", [`${MINE}/b`]: "" },
    [`submission.empty ${MINE}`],
  ],
];

describe("refused, and nothing is graded:", () => {
  it.for(REFUSED)("%s", async ([, entries, codes, before]) => {
    const from = before === undefined ? base : await course.commit([base], before);
    const head = await course.commit([from], entries);
    const { document, seen } = await grade(head, { base: from });
    expect({ verdict: document.verdict, codes: codesOf(document), seen }).toEqual({
      verdict: "refused",
      codes,
      seen: {},
    });
  });
});
