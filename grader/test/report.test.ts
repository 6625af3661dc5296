import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "@compose-labs/lab";
import { PULL_REQUEST_SCHEMA, type PullRequest } from "@compose-labs/lab/pull-request";
import { REPORT_FORMATS, renderReport } from "@compose-labs/report";
import { describe, expect, it } from "vitest";
import { everyResult } from "../../packages/report/test/fixtures/every-result.ts";
import { type CliOptions, runCli, temporaryFolder } from "./run-cli.ts";

const { failed, passed, refused, fault } = everyResult;

/** Runs `report` in a folder that holds these documents, each as `<name>.json`. */
async function report(documents: Record<string, unknown>, args: string[], options: CliOptions = {}) {
  await using folder = await temporaryFolder();
  for (const [name, document] of Object.entries(documents)) {
    const text = typeof document === "string" ? document : JSON.stringify(document);
    await writeFile(join(folder.path, `${name}.json`), text);
  }
  const run = await runCli(["report", ...args], { cwd: folder.path, ...options });
  const written = await readFile(join(folder.path, "out"), "utf8").catch(() => undefined);
  return { ...run, written };
}

const IDENTITY = {
  CLASSROOM: "cs",
  ASSIGNMENT: "networks",
  USERNAME: "ada",
  SUBMISSION_TAG: "submit/1",
  COMMIT_URL: "https://git.example/commit",
  RELEASE_URL: "https://git.example/release",
};

/** A document as an older grader wrote it, without what is optional. */
function withoutOptional({ stack, retriedAfter, hidden, ...result }: Result): unknown {
  const { grader, node, standIns } = result.environment;
  return { ...result, environment: { grader, node, standIns } };
}

describe("grader report", () => {
  it.for(REPORT_FORMATS)("makes %s of a document, on stdout", async (format) => {
    const { stdout, stderr, exitCode } = await report({ a: failed }, ["a.json", "--as", format], { env: IDENTITY });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const { CLASSROOM: classroom, ASSIGNMENT: assignment, SUBMISSION_TAG: submission } = IDENTITY;
    const { COMMIT_URL: commit, RELEASE_URL: release } = IDENTITY;
    const identity = { classroom, assignment, type: "individual", owner: "ada", submission, commit, release } as const;
    expect(stdout).toBe(await renderReport(format, [failed], { identity }));
  });

  it.for(REPORT_FORMATS)("makes %s of a document of an older grader", async (format) => {
    const { stdout, stderr, exitCode } = await report({ a: withoutOptional(failed) }, ["a.json", "--as", format], {
      env: { ...IDENTITY, ASSIGNMENT_TYPE: "group", GITHUB_ACTOR: "grace", REVIEW_URL: "https://git.example/review" },
    });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).not.toBe("");
  });

  it("writes a file, without colours", async () => {
    const options = { env: { FORCE_COLOR: "1" } };
    const run = await report({ a: passed }, ["a.json", "--as", "terminal", "--output", "out"], options);
    expect({ ...run, written: undefined }).toEqual({ stdout: "", stderr: "", exitCode: 0, written: undefined });
    expect(run.written).toContain("35 of 35 points in 4.2 s\n");
  });

  it("joins several documents, and takes a pull request's for its results", async () => {
    const pullRequest: PullRequest = {
      schema: PULL_REQUEST_SCHEMA,
      base: "a".repeat(40),
      head: "b".repeat(40),
      verdict: "graded",
      findings: [],
      submissions: [{ student: "ada", lab: "07-x", folder: "submissions/ada/07-x", result: failed }],
    };
    const args = ["a.json", "pr.json", "--as", "annotations"];
    const own = await report({ a: refused, pr: pullRequest }, args);
    expect(own.stdout).toContain("\n::error file=compose.yaml,line=4,");
    expect(own.stdout).toContain("\n::error file=submissions/ada/07-x/compose.yaml,line=24,");
    const named = await report({ a: refused, pr: pullRequest }, [...args, "--folder", "work"]);
    expect(named.stdout).toContain("\n::error file=work/compose.yaml,line=4,");
    expect(named.stdout).toContain("\n::error file=work/compose.yaml,line=24,");
  });

  it("shows as many hints as are asked for, and little when quiet", async () => {
    const args = ["a.json", "--as", "terminal"];
    expect((await report({ a: failed }, [...args, "--hints", "2"])).stdout).toContain("hint 2/2");
    expect((await report({ a: failed }, [...args, "--quiet"])).stdout).toMatch(/^blocked|^FAILED/);
  });

  it.for(["gradescope", "classroom50", "github-classroom"])("makes %s of a fault, but says 3", async (format) => {
    const { stdout, stderr, exitCode } = await report({ a: fault }, ["a.json", "--as", format], { env: IDENTITY });
    expect(exitCode).toBe(3);
    expect(stderr).toBe(
      "grader: no mark: the engine does not answer any more. No points are lost: this is not your mistake.\n",
    );
    expect(stdout).not.toBe("");
  });
});

describe("grader report refuses", () => {
  const empty = {
    schema: PULL_REQUEST_SCHEMA,
    base: "a".repeat(40),
    head: "b".repeat(40),
    verdict: "nothing",
    findings: [],
    submissions: [],
  };

  it.for<[string, Record<string, unknown>, string[], string]>([
    [
      "a form that it does not know",
      { a: failed },
      ["a.json", "--as", "junti"],
      `found the form junti, expected one of ${REPORT_FORMATS.join(", ")} [REPORT_FORMAT_UNKNOWN]\n  Did you mean junit?\n`,
    ],
    [
      "a form that is like none",
      { a: failed },
      ["a.json", "--as", "spreadsheet"],
      `found the form spreadsheet, expected one of ${REPORT_FORMATS.join(", ")} [REPORT_FORMAT_UNKNOWN]\n  Name one of them with --as.\n`,
    ],
    [
      "two results for a form of one",
      { a: failed, b: passed },
      ["a.json", "b.json", "--as", "gradescope"],
      "found 2 results, expected one: gradescope has room for one [REPORT_ONE_RESULT]\n  Make a report of each result by itself.\n",
    ],
    [
      "a pull request without submissions",
      { pr: empty },
      ["pr.json", "--as", "markdown"],
      "pr.json: found no submission, expected at least one [REPORT_NO_RESULT]\n  Its pull request was refused, or changes no submission: there is no result to be reported.\n",
    ],
    [
      "Classroom 50 without its environment",
      { a: failed },
      ["a.json", "--as", "classroom50"],
      "found no CLASSROOM, ASSIGNMENT, OWNER or USERNAME, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL in the environment, expected whose work the result is of [CLASSROOM50_IDENTITY]\n  Run it as an autograder of Classroom 50, which sets them, or set them yourself.\n",
    ],
    [
      "a file in a folder that is not there",
      { a: failed },
      ["a.json", "--as", "json", "--output", "none/out"],
      "<cwd>/none/out: cannot be written (ENOENT), expected a file [REPORT_FILE_UNWRITABLE]\n  Name a file in a folder that exists.\n",
    ],
    [
      "a document that is not there",
      {},
      ["a.json", "--as", "json"],
      "a.json: found nothing, expected a document that `grader check --json` wrote [DOCUMENT_UNREADABLE]\n  Check the name.\n",
    ],
    [
      "a truncated document",
      { a: '{"schema": "compose-labs/res' },
      ["a.json", "--as", "json"],
      "a.json:1:29: found the end of the text, expected the rest of a JSON document [DOCUMENT_SYNTAX]\n  The document is truncated: write or download it again.\n",
    ],
    [
      "a document that is too large",
      { a: " ".repeat(8 * 1024 * 1024 + 1) },
      ["a.json", "--as", "json"],
      "a.json: found more than 8,388,608 bytes, expected at most 8,388,608 [DOCUMENT_TOO_LARGE]\n  A result document has some ten thousand bytes; this one was not written by the grader.\n",
    ],
  ])("%s", async ([, documents, args, said]) => {
    const { stdout, stderr, exitCode } = await report(documents, args);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toBe(`grader: ${said}`);
  });

  it("a command line without a form", async () => {
    const { stderr, exitCode } = await report({ a: failed }, ["a.json"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("required option '--as <form>' not specified");
  });
});

it("the help names every form", async () => {
  const { stdout } = await runCli(["report", "--help"]);
  const [, many = "", one = ""] = /results: (.*)\.\n.* one result: (.*)\.\n/.exec(stdout) ?? [];
  expect(`${many}, ${one}`.split(", ").toSorted()).toEqual(REPORT_FORMATS.toSorted());
});
