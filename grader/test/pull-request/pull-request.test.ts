import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "@compose-labs/lab";
import { courseSchema } from "@compose-labs/lab/course";
import { type PullRequest, pullRequestSchema } from "@compose-labs/lab/pull-request";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import type { PullRequestEvent } from "../../src/pull-request/event-file.ts";
import { openGit } from "../../src/pull-request/git.ts";
import { gradePullRequest } from "../../src/pull-request/grade-pull-request.ts";
import { DEMO_LAB } from "../run-cli.ts";
import { type CourseRepository, courseRepository, type Entries } from "./course-repository.ts";

const LABS = join(DEMO_LAB, "..");
const MINE = "submissions/alice/01-demo";
const WHOLE = { [`${MINE}/compose.yaml`]: "services: {}\n", [`${MINE}/notes.txt`]: "read it\n" };
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

interface Graded {
  document: PullRequest;
  /** What was to be graded, by folder: its files with their texts. */
  seen: Record<string, Record<string, string>>;
  /** Every document that was written on the way. */
  saved: PullRequest[];
}

/** Grades without an engine: what is laid out for the grading is looked at, and answered with a fixed result. */
async function grade(
  head: string,
  options: { author?: string; labels?: string[]; base?: string; signal?: AbortSignal; result?: Result } = {},
): Promise<Graded> {
  const { author = "alice", labels = [], result = sampleResult() } = options;
  const temporary = await mkdtemp(join(tmpdir(), "pull-request-test-"));
  const event: PullRequestEvent = {
    number: 7,
    author,
    repository: "school/course",
    base: options.base ?? base,
    head,
    labels,
  };
  const seen: Graded["seen"] = {};
  const saved: PullRequest[] = [];
  try {
    const document = await gradePullRequest({
      git: openGit(course.path, { environment: process.env, signal: options.signal ?? new AbortController().signal }),
      base: event.base,
      head,
      event: author === "" ? undefined : event,
      course: v.parse(courseSchema, { schema: "compose-labs/course/v1", title: "Course" }),
      labs: LABS,
      temporary,
      async grade({ lab, folder, student }, onResult) {
        seen[`${student}/${lab.slug}`] = await filesOf(folder);
        await onResult(result);
      },
      save: async (whole) => void saved.push(structuredClone(whole)),
    });
    for (const whole of [document, ...saved]) v.parse(v.strictObject(pullRequestSchema.entries), whole);
    return { document, seen, saved };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const files: Record<string, string> = {};
  for (const name of names) {
    const found = await stat(join(folder, name));
    if (found.isFile()) files[name] = `${found.mode & 0o100 ? "x " : ""}${await readFile(join(folder, name), "utf8")}`;
  }
  return files;
}

const codesOf = ({ findings }: PullRequest) => findings.map(({ code, path }) => (path ? `${code} ${path}` : code));
const many = (count: number, line: (index: number) => string): Entries =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [line(index), `${index}`]));

describe("a submission", () => {
  it("is graded as its commit has it, with who and what", async () => {
    const head = await course.commit([base], {
      ...WHOLE,
      [`${MINE}/docker/start.sh`]: { executable: "#!/bin/sh\n" },
      [`${MINE}/site/ä pict ure.png`]: Buffer.from([0, 1, 2, 0x41]),
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
        "site/ä pict ure.png": "\u0000\u0001\u0002A",
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

const REFUSED: [what: string, entries: Entries, codes: string[]][] = [
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
    "a submission without a file that the lab takes",
    { [`${MINE}/node_modules/a`]: "", [`${MINE}/b`]: "" },
    [`submission.empty ${MINE}`],
  ],
];

describe("refused, and nothing is graded:", () => {
  it.for(REFUSED)("%s", async ([, entries, codes]) => {
    const head = await course.commit([base], entries);
    const { document, seen } = await grade(head);
    expect({ verdict: document.verdict, codes: codesOf(document), seen }).toEqual({
      verdict: "refused",
      codes,
      seen: {},
    });
  });
});
