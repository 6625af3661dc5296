import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { describe, expect, it } from "vitest";
import { sampleCheck, sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { tellPullRequest } from "../../src/pull-request/tell.ts";
import { openReportTargets } from "../../src/report-target.ts";
import { document } from "../comment/course.ts";
import { temporaryFolder } from "../run-cli.ts";

const failed = sampleCheck("db-hidden", {
  outcome: "failed",
  earned: 0,
  diagnosis: {
    code: "NET_REACHABLE",
    found: "a way",
    expected: "none",
    place: { file: "compose.yaml", line: 3, column: 5 },
    transcript: [],
  },
});
const result = sampleResult({ checks: [failed], score: 0, maxScore: failed.points });
const submissionOf = (lab: string) => ({ student: "alice", lab, folder: `submissions/alice/${lab}`, result });
const TWO = document({ submissions: [submissionOf("01-demo"), submissionOf("02-more")] });
const REFUSED = document({
  verdict: "refused",
  submissions: [],
  findings: [{ code: "path.outside", path: "README.md", message: "belongs to the course", remedy: "Take it back." }],
});

/** What stands where after a pull request was told, with the reports in the order of `reports`. */
async function tell(pull: PullRequest, reports: string[], summaryBefore?: string) {
  await using folder = await temporaryFolder();
  const said = { stdout: "", stderr: "" };
  const summary = summaryBefore === undefined ? undefined : join(folder.path, "summary.md");
  if (summary !== undefined) await writeFile(summary, summaryBefore ?? "");
  const targets = await openReportTargets(reports, {
    workingDirectory: folder.path,
    environment: {},
    stdoutIsTaken: false,
  });
  await tellPullRequest(pull, {
    reports: targets,
    summary,
    environment: {},
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
  });
  const files = targets.flatMap(({ file }) => file ?? []);
  const read = await Promise.all(
    [...files, ...(summary === undefined ? [] : [summary])].map((file) => readFile(file, "utf8")),
  );
  return { ...said, read };
}

describe("a pull request with two submissions", () => {
  it("is told as text, with annotations on the lines of both", async () => {
    const { stdout, stderr } = await tell(TWO, []);
    expect(stdout).toContain("SUBMISSION  submissions/alice/01-demo");
    expect(stdout).toContain("2 submissions were graded");
    const annotated = stdout
      .split("\n")
      .flatMap((line) => /^::error file=([^,]*),line=(\d+)/.exec(line)?.slice(1).join(":") ?? []);
    expect(annotated).toEqual(["submissions/alice/01-demo/compose.yaml:3", "submissions/alice/02-more/compose.yaml:3"]);
    expect(stderr).toBe("");
  });

  it("is appended to the summary that is there", async () => {
    const { read } = await tell(TWO, [], "Before\n");
    expect(read[0]).toMatch(/^Before\n## 2 submissions were graded\n/);
  });

  it("is one report in each form, besides the text", async () => {
    const { stdout, read } = await tell(TWO, ["json=all.json", "annotations=lines.txt", "junit=junit.xml"]);
    const [json = "", annotations = "", junit = ""] = read;
    expect(JSON.parse(json)).toEqual([result, result]);
    expect(annotations.match(/file=[^,]*/g)).toEqual([
      "file=submissions/alice/01-demo/compose.yaml",
      "file=submissions/alice/02-more/compose.yaml",
    ]);
    expect(junit).toContain('tests="2" failures="2"');
    expect(stdout).toContain("2 submissions were graded");
  });

  it("is a report on stdout in place of the text", async () => {
    const { stdout } = await tell(TWO, ["json"]);
    expect(JSON.parse(stdout)).toHaveLength(2);
  });

  it("has no room in a form of one result", async () => {
    await expect(tell(TWO, ["gradescope=results.json"])).rejects.toMatchObject({
      kind: "usage",
      code: "REPORT_ONE_RESULT",
      message: "found 2 results, expected one: gradescope has room for one",
    });
  });
});

it("of a pull request without a graded submission, a form of one result is not written", async () => {
  const { stdout, stderr, read } = await tell(REFUSED, ["gradescope=results.json", "ctrf=ctrf.json"]);
  expect(stdout).toContain("README.md: belongs to the course");
  expect(stderr).toBe("grader: --report gradescope: nothing is written, as no submission was graded\n");
  expect(read[0]).toBe("");
  expect(JSON.parse(read[1] ?? "").results.summary.tests).toBe(0);
});
