import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { faultError } from "@compose-labs/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCheck, sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { pullRequestExitCode } from "../../src/pull-request/exit-code.ts";
import { changedLab, DEMO_LAB, type Folder, temporaryFolder } from "../run-cli.ts";
import { type CourseRepository, courseRepository } from "./course-repository.ts";
import { codesOf, type Graded, type GradedOptions, graded, MINE, WHOLE } from "./graded.ts";

const MANIFEST = readFileSync(join(DEMO_LAB, "lab.yaml"), "utf8");
const OTHER = "submissions/alice/02-more";
const NOBODY = "d".repeat(40);

let course: CourseRepository;
/** `01-demo`, and `02-more`, which requires a Dockerfile. */
let labs: Folder;
let base: string;

beforeAll(async () => {
  course = await courseRepository();
  base = await course.commit([], { "README.md": "The course\n" });
  labs = await changedLab(
    { "lab.yaml": MANIFEST.replace("submission:\n", "submission:\n  required: [Dockerfile]\n") },
    "02-more",
  );
  await cp(DEMO_LAB, join(labs.path, "01-demo"), { recursive: true });
});
afterAll(async () => {
  await course[Symbol.asyncDispose]();
  await labs[Symbol.asyncDispose]();
});

function grade(head: string, options: Partial<GradedOptions> = {}): Promise<Graded> {
  return graded({ repository: course.path, base, head, labs: labs.path, ...options });
}

describe("nothing is graded", () => {
  it("of a pull request that changes nothing", async () => {
    const empty = await course.commit([base], {});
    for (const head of [base, empty]) {
      const { document } = await grade(head);
      expect(document).toMatchObject({ verdict: "nothing", findings: [], submissions: [] });
      expect(pullRequestExitCode(document)).toBe(0);
    }
  });

  it("of one that works on the course, by its label", async () => {
    const head = await course.commit([base], { ...WHOLE, "README.md": "The better course\n" });
    expect((await grade(head, { labels: ["help wanted", "course"] })).document.verdict).toBe("nothing");
    expect((await grade(head, { labels: ["Course"] })).document.verdict).toBe("refused");
  });
});

describe("two labs at once", () => {
  const both = {
    ...WHOLE,
    [`${OTHER}/Dockerfile`]: "FROM busybox\n",
    [`${OTHER}/package.json`]: "{}",
    [`${OTHER}/.npmrc`]: "",
  };

  it("are both graded, one after the other", async () => {
    const { document, seen, saved } = await grade(await course.commit([base], both));
    expect(document.submissions.map(({ folder }) => folder)).toEqual([MINE, OTHER]);
    expect(saved.map(({ verdict, submissions }) => `${verdict} ${submissions.length}`)).toEqual([
      "fault 0",
      "fault 1",
      "fault 2",
      "graded 2",
    ]);
    // As data they harm nobody.
    expect(Object.keys(seen["alice/02-more"] ?? {})).toEqual([".npmrc", "Dockerfile", "package.json"]);
  });

  it("are both refused where one is incomplete", async () => {
    const head = await course.commit([base], { ...WHOLE, [`${OTHER}/notes.txt`]: "read\n" });
    const { document, seen } = await grade(head);
    expect(codesOf(document)).toEqual([`submission.incomplete ${OTHER}`]);
    expect(document.findings[0]).toMatchObject({ message: "has no Dockerfile, which the lab requires" });
    expect(seen).toEqual({});
    expect(pullRequestExitCode(document)).toBe(1);
  });

  it("of which one is taken away: the other is graded", async () => {
    const before = await course.commit([base], both);
    const head = await course.commit([before], {
      ...Object.fromEntries(
        Object.keys(both)
          .filter((path) => path.startsWith(OTHER))
          .map((path) => [path, undefined]),
      ),
      [`${MINE}/notes.txt`]: "read again\n",
    });
    const { document } = await grade(head, { base: before });
    expect(document.submissions.map(({ folder }) => folder)).toEqual([MINE]);
  });

  it.for([
    [
      "a fault",
      faultError("DISK_FULL", "the disk is full", { hint: "Make room." }),
      { code: "DISK_FULL", message: "the disk is full", hint: "Make room." },
    ],
    [
      "an error of the grader",
      new TypeError("x is undefined"),
      {
        code: "GRADER_ERROR",
        message: "the grader stopped with TypeError: x is undefined",
        hint: "This is not your mistake. Please report it with the document of the pull request.",
      },
    ],
    ["no error at all", "what", { code: "GRADER_ERROR", message: "the grader stopped with what" }],
  ] as const)("keep what was graded before %s", async ([, thrown, fault]) => {
    const { document } = await grade(await course.commit([base], both), {
      answer(lab) {
        if (lab === "02-more") throw thrown;
        return sampleResult();
      },
    });
    expect(document).toMatchObject({ verdict: "fault", fault, submissions: [{ lab: "01-demo" }] });
    expect(pullRequestExitCode(document)).toBe(3);
  });

  it("are of an exit code that the worse one decides", async () => {
    const head = await course.commit([base], both);
    const fault = sampleResult({ verdict: "fault", score: null, fault: { code: "X", message: "x" } });
    const passed = sampleResult({ checks: [sampleCheck("settled")] });
    const of = async (answers: Record<string, ReturnType<typeof sampleResult>>) =>
      pullRequestExitCode((await grade(head, { answer: (lab) => answers[lab] ?? passed })).document);
    expect(await of({})).toBe(0);
    expect(await of({ "01-demo": sampleResult({ verdict: "refused" }) })).toBe(1);
    expect(await of({ "01-demo": fault, "02-more": sampleResult({ verdict: "refused" }) })).toBe(3);
  });
});

describe("an interrupted run", () => {
  it("ends with a document that says so", async () => {
    const interruption = new AbortController();
    interruption.abort(faultError("INTERRUPTED", "the run was interrupted by SIGTERM", { hint: "Run it again." }));
    const { document, saved } = await grade(await course.commit([base], WHOLE), { signal: interruption.signal });
    expect(document).toMatchObject({ verdict: "fault", fault: { code: "INTERRUPTED" }, submissions: [] });
    expect(saved.at(-1)).toEqual(document);
  });
});

describe("a repository that does not have", () => {
  it("the head: a force-push replaced it", async () => {
    const { document, saved } = await grade(NOBODY);
    expect(document).toMatchObject({
      verdict: "fault",
      fault: {
        code: "HEAD_GONE",
        message: `the repository has no commit ${NOBODY}, expected the head of the pull request`,
        hint: "It was probably replaced by a newer push, which is graded by itself. No points are lost.",
      },
    });
    expect(saved.at(-1)).toEqual(document);
  });

  it("a commit of the head, but another object by that name", async () => {
    const tree = await course.git(["rev-parse", `${base}^{tree}`]);
    expect((await grade(tree)).document.fault?.code).toBe("HEAD_GONE");
  });

  it("the base", async () => {
    expect((await grade(base, { base: NOBODY })).document.fault).toEqual({
      code: "BASE_GONE",
      message: `the repository has no commit ${NOBODY}, expected the base of the pull request`,
      hint: "Check the head out with its whole history: `fetch-depth: 0`.",
    });
  });

  it("a commit in common", async () => {
    const head = await course.commit([], WHOLE);
    const { document } = await grade(head);
    expect(codesOf(document)).toEqual(["history.unrelated"]);
  });

  it("its whole history", async () => {
    const later = await course.commit([base], { "README.md": "Later\n" });
    const head = await course.commit([base], WHOLE);
    await course.git(["update-ref", "refs/heads/later", later]);
    await course.git(["update-ref", "refs/heads/head", head]);
    await using shallow = await temporaryFolder();
    await promisify(execFile)("git", [
      "clone",
      "--quiet",
      "--bare",
      "--depth=1",
      "--no-single-branch",
      `file://${course.path}`,
      shallow.path,
    ]);
    expect((await grade(head, { base: later, repository: shallow.path })).document.fault).toEqual({
      code: "HISTORY_SHALLOW",
      message:
        "the repository was fetched without the commit that base and head have in common, expected their whole history",
      hint: "Check the head out with `fetch-depth: 0`.",
    });
  });

  /** A repository of its own, in which one object of the head is lost. */
  async function without(object: (head: string) => string): Promise<NonNullable<Graded["document"]["fault"]>> {
    await using broken = await courseRepository();
    const start = await broken.commit([], { "README.md": "The course\n" });
    const head = await broken.commit([start], WHOLE);
    const hash = await broken.git(["rev-parse", object(head)]);
    await rm(join(broken.path, "objects", hash.slice(0, 2), hash.slice(2)));
    const { document } = await grade(head, { base: start, repository: broken.path });
    return { code: "no fault", ...document.fault, message: document.fault?.message.replaceAll(hash, "<hash>") ?? "" };
  }

  it("a file's content, as a clone with a filter", async () => {
    expect(await without((head) => `${head}:${MINE}/notes.txt`)).toMatchObject({
      code: "OBJECT_GONE",
      message: "the repository has no content for notes.txt, expected the file of the commit",
      hint: "This is not your mistake. Check that the repository was cloned whole, without a filter.",
    });
  });

  it("a folder of the head", async () => {
    const fault = await without((head) => `${head}:submissions`);
    expect(fault).toMatchObject({
      code: "GIT_FAILED",
      hint: "This is not your mistake. Check that the repository was cloned whole, with `fetch-depth: 0`.",
    });
    expect(fault.message).toMatch(/^git diff-tree exited with 128 \(.*\), expected an answer$/);
  });
});

describe("a machine or a course that is not fit", () => {
  it("has no git", async () => {
    const { document } = await grade(base, { environment: { PATH: "/nonexistent" } });
    expect(document.fault).toEqual({
      code: "GIT_MISSING",
      message: "git cannot be started (ENOENT), expected it on this machine",
      hint: "Install git, for example with `apt-get install git`.",
    });
  });

  it("has a lab that is wrong, which is not the student's fault", async () => {
    await using wrong = await changedLab({ "lab.yaml": MANIFEST.replace("minutes: 5", "minutes: five") });
    const { document } = await grade(await course.commit([base], WHOLE), { labs: wrong.path });
    expect(document).toMatchObject({ verdict: "fault", submissions: [] });
    expect(document.fault?.message).toContain("five");
  });
});

describe("more files than are listed", () => {
  /** A commit of so many files of one content, written by their lines alone. */
  async function flood(parent: string, folder: string): Promise<string> {
    const blob = await course.git(["hash-object", "-w", "--stdin"], "x");
    await course.git(["read-tree", parent]);
    const lines = Array.from(
      { length: 26_000 },
      (_, index) => `100644 ${blob}\t${folder}/${String(index).padStart(120, "x")}\0`,
    );
    await course.git(["update-index", "-z", "--index-info"], lines.join(""));
    return course.git(["commit-tree", await course.git(["write-tree"]), "-m", "Flood", "-p", parent]);
  }

  it("in a pull request, and in a submission's folder", async () => {
    const before = await flood(base, `${MINE}/site`);
    const changed = await grade(before);
    expect(changed.document.findings).toMatchObject([
      { code: "changes.too-many", message: "found far too many changed files, expected at most 200" },
    ]);
    const head = await course.commit([before], WHOLE);
    const { document } = await grade(head, { base: before });
    expect(document.findings).toMatchObject([
      { code: "files.too-many", path: MINE, message: "holds far too many files, expected at most 500" },
    ]);
  });
});
