import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readResultOrPullRequest } from "@compose-labs/lab/documents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliOptions, type Folder, runCli, temporaryFolder } from "../run-cli.ts";
import { type CourseRepository, courseRepository } from "./course-repository.ts";
import { MINE, WHOLE } from "./graded.ts";

let course: CourseRepository;
let folder: Folder;
let base: string;
let tampering: string;

beforeAll(async () => {
  course = await courseRepository();
  folder = await temporaryFolder();
  base = await course.commit([], { "README.md": "The course\n" });
  tampering = await course.commit([base], {
    ...WHOLE,
    "README.md": "::error::mine\n",
    ".npmrc": "ignore-scripts=false\n",
  });
  await writeFile(join(folder.path, "course.yaml"), "schema: compose-labs/course/v1\ntitle: Course\n");
});
afterAll(async () => {
  await course[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The real command, in a folder that holds the course's file. */
function pr(args: string[], env: CliOptions["env"] = {}) {
  return runCli(["pr", "--course", "course.yaml", "--repository", course.path, ...args], { cwd: folder.path, env });
}

const read = (name: string) => readFile(join(folder.path, name), "utf8");

async function writeEvent(head: string, author = "alice"): Promise<string> {
  const event = {
    pull_request: {
      number: 7,
      user: { login: author },
      base: { sha: base, repo: { full_name: "school/course" } },
      head: { sha: head, repo: null },
    },
  };
  await writeFile(join(folder.path, "event.json"), JSON.stringify(event));
  return "event.json";
}

describe("pr", () => {
  it("refuses one that changes the course, and tells it everywhere: 1", async () => {
    await writeFile(join(folder.path, "summary.md"), "Before\n");
    const { stdout, stderr, exitCode } = await pr(
      ["--document", "document.json", "--report", "junit=junit.xml", "--report", "gradescope=gradescope.json"],
      { GITHUB_EVENT_PATH: await writeEvent(tampering), GITHUB_STEP_SUMMARY: "summary.md" },
    );
    expect({ stderr, exitCode }).toEqual({
      stderr: "grader: --report gradescope: nothing is written, as no submission was graded\n",
      exitCode: 1,
    });
    expect(stdout).toContain("Refused as a whole, nothing was graded: 2 things to change\n");
    expect(stdout.match(/^::error .*$/gm)).toEqual([
      expect.stringMatching(/^::error file=\.npmrc,.*path\.outside/),
      expect.stringMatching(/^::error file=README\.md,.*path\.outside/),
    ]);
    expect(await read("summary.md")).toMatch(/^Before\n## ⛔ Refused as a whole/);
    expect(await read("junit.xml")).toContain('tests="0"');
    const { pullRequest } = readResultOrPullRequest(await read("document.json"), "document.json");
    expect(pullRequest).toMatchObject({ number: 7, author: "alice", head: tampering, verdict: "refused" });
  });

  it("has nothing to grade: 0", async () => {
    expect(await pr(["--base", base, "--head", base])).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: `Nothing is graded: the pull request changes no submission, or is work on the
course
::notice title=Pull request::Nothing is graded: the pull request changes no submission, or is work on the course
`,
    });
  });

  it("does not find the head any more, and leaves a document that says so: 3", async () => {
    const gone = "d".repeat(40);
    const { stdout, exitCode } = await pr(["--event", await writeEvent(gone), "--document", "gone.json"]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain("HEAD_GONE");
    const { pullRequest } = readResultOrPullRequest(await read("gone.json"), "gone.json");
    expect(pullRequest).toMatchObject({ head: gone, verdict: "fault", fault: { code: "HEAD_GONE" } });
  });
});

describe("wrong usage: 2, and nothing is graded", () => {
  it.for<[what: string, args: () => string[], stderr: string]>([
    [
      "neither an event nor commits",
      () => [],
      "grader: found neither --event nor --base and --head, expected to know the pull request [EVENT_UNNAMED]\n  Name the event's file (GITHUB_EVENT_PATH in GitHub Actions), or both commits.\n",
    ],
    [
      "a branch for a commit",
      () => ["--base", base, "--head", "my-branch"],
      'grader: --head: found "my-branch", expected the full hash of a commit [COMMIT_INVALID]\n  Give both --base and --head; `git rev-parse <branch>` prints the hash.\n',
    ],
    [
      "one commit of two",
      () => ["--base", base],
      "grader: --head: found nothing, expected the full hash of a commit [COMMIT_INVALID]\n  Give both --base and --head; `git rev-parse <branch>` prints the hash.\n",
    ],
    [
      "a folder that is no repository",
      () => ["--base", base, "--head", base, "--repository", "."],
      "grader: .: found no Git repository, expected one that has the head [REPOSITORY_MISSING]\n  Name a checkout or a bare repository with --repository.\n",
    ],
    [
      "a form that is none",
      () => ["--base", base, "--head", base, "--report", "pdf=x"],
      "grader: found the form pdf, expected one of ",
    ],
    [
      "a document in a folder that is not there",
      () => ["--base", base, "--head", base, "--document", "no/where.json"],
      "grader: <cwd>/no/where.json: cannot be written (ENOENT), expected a file [REPORT_FILE_UNWRITABLE]\n",
    ],
  ])("%s", async ([, args, stderr]) => {
    const ran = await pr(args());
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr.startsWith(stderr)).toBe(true);
  });
});

it("names the submission of a student by the event, not by what a commit claims", async () => {
  const head = await course.commit([base], WHOLE);
  const { stdout, exitCode } = await pr(["--event", await writeEvent(head, "mallory")]);
  expect(exitCode).toBe(1);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    `${MINE}/compose.yaml: belongs to alice, and this pull request is of mallory`,
  );
});
