import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LabError, Result } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { openReportTargets, parseReportTarget, writeReports } from "../src/report-target.ts";
import { temporaryFolder } from "./run-cli.ts";

const result: Result = {
  schema: "compose-labs/result/v1",
  lab: { id: "demo", title: "Demo", version: "1", digest: "a" },
  submission: { digest: "b" },
  verdict: "graded",
  partial: false,
  score: 0,
  maxScore: 5,
  checks: [{ id: "one", title: "One", points: 5, earned: 0, outcome: "failed", attempts: [], ms: 1, hints: [] }],
  findings: [],
  environment: { grader: "0.1.0", node: "24.0.0", standIns: [] },
  seed: "5eed",
  startedAt: "2026-01-01T00:00:00.000Z",
  timings: { total: 1 },
};

const refusal = (work: () => unknown) =>
  (async () => work())().then(
    () => "no error",
    ({ kind, code, message, hint }: LabError) => `${kind} ${code} ${message} | ${hint}`,
  );

const open = (texts: string[], workingDirectory = "/", change = {}) =>
  openReportTargets(texts, { workingDirectory, environment: {}, stdoutIsTaken: false, ...change });

describe("FORMAT[=FILE]", () => {
  it("is a form for stdout, or with a file", () => {
    expect(parseReportTarget("markdown")).toEqual({ format: "markdown" });
    expect(parseReportTarget("junit=out/a=b.xml")).toEqual({ format: "junit", file: "out/a=b.xml" });
  });

  it.for<[string, RegExp]>([
    [
      "markdwon",
      /^usage REPORT_FORMAT_UNKNOWN found the form markdwon, expected one of terminal, json, .* \| Did you mean markdown\?$/,
    ],
    [
      "results.xml",
      /^usage REPORT_FORMAT_UNKNOWN .* \| Name one of them with --report, such as --report junit=results\.xml\.$/,
    ],
    ["", /^usage REPORT_FORMAT_UNKNOWN /],
    ["json=", /^usage REPORT_FILE_UNNAMED --report json=: found no file behind the =, expected its name \| /],
  ])("%j is none", async ([text, message]) => {
    expect(await refusal(() => parseReportTarget(text))).toMatch(message);
  });
});

describe("several reports", () => {
  it("have one at most on stdout, and a file each", async () => {
    expect(await refusal(() => open(["markdown", "junit"]))).toBe(
      "usage REPORT_STDOUT_TWICE found --report markdown and --report junit, expected one report on stdout | Write the others to files: --report FORMAT=FILE.",
    );
    expect(await refusal(() => open(["markdown"], "/", { stdoutIsTaken: true }))).toMatch(
      /^usage REPORT_STDOUT_TWICE found --json and --report markdown, /,
    );
    expect(await refusal(() => open(["markdown=a", "junit=./a"], "/nowhere"))).toMatch(
      /^usage REPORT_FILE_TWICE \/nowhere\/a: found it named for two reports/,
    );
  });

  it("are known to be impossible before anything is graded", async () => {
    expect(await refusal(() => open(["markdown=no/such/folder.md"], "/nowhere"))).toMatch(
      /^usage REPORT_FILE_UNWRITABLE \/nowhere\/no\/such\/folder\.md: cannot be written \(ENOENT\)/,
    );
    expect(await refusal(() => open(["classroom50"]))).toMatch(/^usage CLASSROOM50_IDENTITY /);
  });

  it("are written to stdout and to their files, without colour there", async () => {
    await using folder = await temporaryFolder();
    const targets = await open(["json", "terminal=t.txt", "junit=j.xml"], folder.path);
    let printed = "";
    const stdout = { write: (text: string) => (printed += text) };
    await writeReports(targets, [result], { environment: {}, stdout, colour: true, width: 80 });
    expect(JSON.parse(printed)).toMatchObject({ score: 0 });
    const [text, junit] = await Promise.all(
      ["t.txt", "j.xml"].map((name) => readFile(join(folder.path, name), "utf8")),
    );
    expect(text).toContain("0 of 5 points");
    expect(text).not.toContain("\u001b");
    expect(junit).toMatch(/^<\?xml/);
  });

  it.runIf(process.platform === "linux")("that fill the disk are a fault, not a wrong verdict", async () => {
    const [target] = await open(["json=/dev/full"]);
    const stdout = { write: () => true };
    const targets = target === undefined ? [] : [target];
    expect(await refusal(() => writeReports(targets, [result], { environment: {}, stdout }))).toMatch(
      /^fault REPORT_FILE_LOST \/dev\/full: the report could not be written \(ENOSPC\) \| /,
    );
  });
});
