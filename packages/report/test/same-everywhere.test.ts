import type { CheckOutcome, Result } from "@compose-labs/lab";
import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { REPORT_FORMATS, type ReportFormat, renderReport } from "../src/index.ts";
import { sampleIdentity } from "./fixtures/identity.ts";
import { randomResult } from "./fixtures/random-result.ts";
import { validatorOf } from "./fixtures/validate.ts";

type Counts = Record<CheckOutcome, number>;

/** What a reader of a report can tell; what its form cannot say is left out. */
interface Told {
  score?: number | undefined;
  maxScore?: number | undefined;
  counts?: Partial<Counts>;
  /** Where a form has no word for each outcome: how many checks passed, and how many there are. */
  passed?: number;
  checks?: number;
  fault?: boolean;
}

const WORDS: Record<string, CheckOutcome> = {
  passed: "passed",
  failed: "failed",
  blocked: "blocked",
  undecided: "fault",
  "not run": "not-run",
};

function readCounts(text: string): Counts {
  const counts = { passed: 0, failed: 0, blocked: 0, fault: 0, "not-run": 0 };
  for (const [, count, word = ""] of text.matchAll(/(\d+) (passed|failed|blocked|undecided|not run)/g)) {
    const outcome = WORDS[word];
    if (outcome !== undefined) counts[outcome] = Number(count);
  }
  return counts;
}

function readVerdict(line: string): Told {
  const points = /^(\d+) of (\d+) points/.exec(line);
  const fault = line.startsWith("No score, and no points lost");
  return points === null ? { fault } : { score: Number(points[1]), maxScore: Number(points[2]), fault };
}

function readTerminal(report: string): Told {
  const lines = report.split("\n");
  const from = lines.findLastIndex((line) => /^─{80}$/.test(line));
  const counts = lines.slice(from).find((line) => line.startsWith("  checks    "));
  return { ...readVerdict(lines[from + 1] ?? ""), ...(counts === undefined ? {} : { counts: readCounts(counts) }) };
}

function readMarkdown(report: string): Told {
  // What stands in a block of code is no Markdown, whatever it looks like.
  const text = report.replace(/^(`{3,})[a-z]*\n[\s\S]*?^\1$/gm, "");
  const verdict = /^\S+ \*\*([^*]+)\*\*(?: · (.*))?$/m.exec(text);
  const rows = [...text.matchAll(/^\| \S+ (passed|failed|blocked|undecided|not run) \| (\d+)\/(\d+) \| /gm)];
  const told = { ...readVerdict(verdict?.[1] ?? ""), ...(verdict?.[2] ? { counts: readCounts(verdict[2]) } : {}) };
  if (rows.length === 0) return told;
  const counts = { passed: 0, failed: 0, blocked: 0, fault: 0, "not-run": 0 };
  for (const [, word = ""] of rows) counts[WORDS[word] ?? "fault"]++;
  if (told.counts !== undefined) expect(told.counts).toEqual(counts);
  return { ...told, maxScore: rows.reduce((sum, [, , , points]) => sum + Number(points), 0), counts };
}

function readHtml(report: string): Told {
  // The style is ours, and what a template puts in quotes or between tags can not hold a tag.
  const text = report.replace(/<style>[\s\S]*?<\/style>/g, "");
  const [, verdict] = /<div class="verdict [a-z]+-wash" data-verdict="([a-z-]+)">/.exec(text) ?? [];
  const [, sentence = ""] = /<p class="sum [a-z]+">.*?<strong>([^<]*)<\/strong>/.exec(text) ?? [];
  const [, said] = /<p class="counts">([^<]*)<\/p>/.exec(text) ?? [];
  const told = { ...readVerdict(sentence), ...(said === undefined ? {} : { counts: readCounts(said) }) };
  expect(verdict === "fault").toBe(told.fault);
  const rows = [
    ...text.matchAll(
      /<tr data-outcome="([a-z-]+)"><td><span class="tone [a-z]+"><span aria-hidden="true">\S <\/span>([a-z ]+)<\/span><\/td><td class="number">(?:(\d+)|<span aria-hidden="true">–<\/span><span class="hidden">undecided<\/span>) of (\d+)<\/td>/g,
    ),
  ];
  if (rows.length === 0) return told;
  const counts = { passed: 0, failed: 0, blocked: 0, fault: 0, "not-run": 0 };
  for (const [, outcome, word = "", earned] of rows) {
    expect(WORDS[word]).toBe(outcome);
    if (outcome === "fault" || outcome === "not-run") expect(earned).toBeUndefined();
    counts[WORDS[word] ?? "fault"]++;
  }
  if (told.counts !== undefined) expect(told.counts).toEqual(counts);
  if (told.score !== undefined) expect(sum(rows.map(([, , , earned]) => Number(earned ?? 0)))).toBe(told.score);
  return { ...told, maxScore: sum(rows.map(([, , , , points]) => Number(points))), counts, checks: rows.length };
}

function readAnnotations(report: string): Told {
  const [, level, message = ""] = /^::(notice|warning) [^\n]*?::(.*)$/m.exec(report) ?? [];
  const told = { ...readVerdict(message), fault: level === "warning" };
  return told.score === undefined ? told : { ...told, counts: readCounts(message) };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => name === "testcase" || name === "property",
});

interface Suite {
  properties: { property: { name: string; value: string }[] };
  testcase: { classname: string; failure?: unknown; error?: unknown; skipped?: unknown }[];
  tests: string;
  failures: string;
  errors: string;
  skipped: string;
}

function readJunit(report: string): Told {
  expect(XMLValidator.validate(report)).toBe(true);
  const suite: Suite = parser.parse(report).testsuites.testsuite;
  const properties = new Map(suite.properties.property.map(({ name, value }) => [name, value]));
  const number = (name: string) => (properties.has(name) ? Number(properties.get(name)) : undefined);
  const having = (cases: Suite["testcase"], name: "failure" | "error" | "skipped") =>
    cases.filter((each) => each[name] !== undefined).length;
  expect([suite.tests, suite.failures, suite.errors, suite.skipped].map(Number)).toEqual([
    suite.testcase.length,
    having(suite.testcase, "failure"),
    having(suite.testcase, "error"),
    having(suite.testcase, "skipped"),
  ]);
  const cases = suite.testcase.filter(({ classname }) => classname === "bridge-networks");
  const [failed, fault, skipped] = [having(cases, "failure"), having(cases, "error"), having(cases, "skipped")];
  return {
    score: number("score"),
    maxScore: number("maxScore"),
    counts: { failed, fault },
    passed: cases.length - failed - fault - skipped,
    checks: cases.length,
    fault: properties.get("verdict") === "fault",
  };
}

function valid(name: string, value: unknown): void {
  const validate = validators[name as keyof typeof validators];
  validate(value);
  expect(validate.errors).toBeNull();
}

const validators = {
  ctrf: validatorOf("ctrf"),
  gradescope: validatorOf("gradescope"),
  classroom50: validatorOf("classroom50"),
  check50: validatorOf("check50"),
  "github-classroom": validatorOf("github-classroom"),
};

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function readCtrf(report: string): Told {
  const document = JSON.parse(report);
  valid("ctrf", document);
  const { tests, summary } = document.results;
  const [result] = summary.extra.results;
  for (const status of ["passed", "failed", "skipped", "pending", "other"]) {
    expect(summary[status]).toBe(tests.filter((each: { status: string }) => each.status === status).length);
  }
  const checks: { status: string; extra: { points: number } }[] = tests.filter(
    (each: { suite: string[] }) => each.suite.length === 1,
  );
  const count = (status: string) => checks.filter((each) => each.status === status).length;
  return {
    score: result.score,
    maxScore: sum(checks.map(({ extra }) => extra.points)),
    counts: {
      passed: count("passed"),
      failed: count("failed"),
      blocked: count("skipped"),
      fault: count("other"),
      "not-run": count("pending"),
    },
    fault: result.verdict === "fault",
  };
}

function readGradescope(report: string): Told {
  const document = JSON.parse(report);
  valid("gradescope", document);
  const { score, tests, extra_data } = document;
  const told = { score, counts: extra_data.outcomes, fault: extra_data.verdict === "fault" };
  if (tests === undefined) return told;
  expect(sum(tests.map((each: { score: number }) => each.score))).toBe(score);
  const maxScore = sum(tests.map((each: { max_score: number }) => each.max_score));
  return { ...told, maxScore, passed: tests.filter((each: { status: string }) => each.status === "passed").length };
}

function readClassroom50(report: string): Told {
  const document = JSON.parse(report);
  valid("classroom50", document);
  const { score, tests } = document;
  if (document["max-score"] === 0) {
    expect([score, tests]).toEqual([0, []]);
    return {};
  }
  const passed = tests.filter((each: { passed: boolean }) => each.passed).length;
  expect(sum(tests.map((each: { score: number }) => each.score))).toBe(score);
  return { score, maxScore: document["max-score"], passed, checks: tests.length };
}

function readCheck50(report: string): Told {
  const document = JSON.parse(report);
  valid("check50", document);
  const results: { name: string; passed: boolean | null; data: { points: number } }[] = (
    document.results ?? document.error.data.results
  ).filter(({ name }: { name: string }) => name !== "policy");
  const count = (passed: boolean | null) => results.filter((each) => each.passed === passed).length;
  return {
    maxScore: sum(results.map(({ data }) => data.points)),
    counts: { passed: count(true), failed: count(false) },
    checks: results.length,
    fault: document.error !== undefined,
  };
}

function readGithubClassroom(report: string): Told {
  const document = JSON.parse(Buffer.from(report, "base64").toString("utf8"));
  valid("github-classroom", document);
  const { status, max_score, tests } = document;
  if (status === "error") {
    expect(max_score).toBe(0);
    return {};
  }
  const passed = tests.filter((each: { status: string }) => each.status === "pass").length;
  expect(status).toBe(passed === tests.length ? "pass" : "fail");
  return {
    score: sum(tests.map((each: { score: number }) => each.score)),
    maxScore: max_score,
    passed,
    checks: tests.length,
  };
}

const READERS: Partial<Record<ReportFormat, (report: string) => Told>> = {
  terminal: readTerminal,
  markdown: readMarkdown,
  html: readHtml,
  annotations: readAnnotations,
  junit: readJunit,
  ctrf: readCtrf,
  gradescope: readGradescope,
  classroom50: readClassroom50,
  check50: readCheck50,
  "github-classroom": readGithubClassroom,
};

/** Forms of which a gradebook takes a mark, where the others show the points of a part, too. */
const MARKS: ReportFormat[] = ["gradescope", "classroom50", "github-classroom"];

/** What must be told of a result, worked out from the document alone. */
function truthOf(result: Result, format: ReportFormat): Required<Told> {
  const count = (outcome: CheckOutcome) => result.checks.filter((check) => check.outcome === outcome).length;
  const counts = {
    passed: count("passed"),
    failed: count("failed"),
    blocked: count("blocked"),
    fault: count("fault"),
    "not-run": count("not-run"),
  };
  const shown = result.verdict === "graded" ? (result.score ?? undefined) : undefined;
  const mark = result.verdict === "refused" ? 0 : result.partial ? undefined : shown;
  return {
    score: MARKS.includes(format) ? mark : shown,
    maxScore: result.maxScore,
    counts,
    passed: counts.passed,
    checks: result.checks.length,
    fault: result.verdict === "fault",
  };
}

test("every form has a reader here, but JSON, which is the document itself", () => {
  expect(REPORT_FORMATS.filter((format) => READERS[format] === undefined)).toEqual(["json"]);
});

test.each(Object.entries(READERS))("%s tells the document's score, status and counts", async (name, read) => {
  const format = name as ReportFormat;
  await fc.assert(
    fc.asyncProperty(randomResult, async (result) => {
      const truth = truthOf(result, format);
      const told = read(await renderReport(format, [result], { width: 80, identity: sampleIdentity }));
      if (format !== "check50") expect(told.score).toBe(truth.score);
      if (told.maxScore !== undefined) expect(told.maxScore).toBe(truth.maxScore);
      if (told.counts !== undefined) expect(truth.counts).toMatchObject(told.counts);
      if (told.passed !== undefined) expect(told.passed).toBe(truth.passed);
      if (told.checks !== undefined) expect(told.checks).toBe(truth.checks);
      if (told.fault !== undefined) expect(told.fault).toBe(truth.fault);
    }),
    { numRuns: 100, seed: 5 },
  );
});
