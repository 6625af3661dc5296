import type { CheckResult, Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import { escapeXml, escapeXmlAttribute } from "./escape-xml.ts";
import { explainCheck, explainFinding, titleText } from "./failure-text.ts";
import { explainBlocked, faultText, foundText, NO_POINTS_LOST, runFaultText, sumUp } from "./wording.ts";

interface TestCase {
  name: string;
  classname: string;
  ms: number;
  place?: { file: string; line?: number | undefined } | undefined;
  problem?: { kind: "failure" | "error" | "skipped"; type: string; message: string; text: string };
}

function problemOf(check: CheckResult, checks: readonly CheckResult[]): Pick<TestCase, "problem"> {
  const { outcome, diagnosis } = check;
  const text = explainCheck(check, checks);
  if (outcome === "passed") return {};
  if (outcome === "failed") {
    return { problem: { kind: "failure", type: diagnosis?.code ?? "failed", message: foundText(check), text } };
  }
  if (outcome === "fault") return { problem: { kind: "error", type: "fault", message: faultText(check), text } };
  const message = outcome === "blocked" ? explainBlocked(check, checks) : "not run";
  return { problem: { kind: "skipped", type: outcome, message, text: "" } };
}

/** A case for each check; what the checks do not say, refusals and the fault of a run, has a case of its own. */
function casesOf(result: Result): TestCase[] {
  const { lab, checks, findings, verdict, fault } = result;
  const refusals = findings.filter(({ severity }) => severity === "refuse");
  return [
    ...refusals.map((finding): TestCase => {
      const { code, message, place } = finding;
      const text = `${explainFinding(finding)}\nat: ${formatPlace(place)}`;
      const problem = { kind: "failure", type: code, message, text } as const;
      return { name: code, classname: `${lab.id}.policy`, ms: 0, place, problem };
    }),
    ...(verdict === "fault"
      ? [
          {
            name: "run",
            classname: `${lab.id}.run`,
            ms: 0,
            problem: {
              kind: "error",
              type: fault?.code ?? "fault",
              message: runFaultText(result),
              text: NO_POINTS_LOST,
            },
          } as const,
        ]
      : []),
    ...checks.map((check): TestCase => {
      const { id, title, ms, diagnosis } = check;
      const name = titleText(title, id);
      return { name, classname: lab.id, ms, place: diagnosis?.place, ...problemOf(check, checks) };
    }),
  ];
}

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXmlAttribute(String(value))}"`]))
    .join("");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function writeCase({ name, classname, ms, place, problem }: TestCase): string {
  const head = `    <testcase${attributes({ name, classname, time: seconds(ms), file: place?.file, line: place?.line })}`;
  if (problem === undefined) return `${head}/>`;
  const { kind, type, message, text } = problem;
  const open = `<${kind}${attributes(kind === "skipped" ? { message } : { type, message })}`;
  return `${head}>${text === "" ? `${open}/>` : `${open}>${escapeXml(text)}</${kind}>`}</testcase>`;
}

function countOf(cases: TestCase[], kind?: "failure" | "error" | "skipped"): number {
  return kind === undefined ? cases.length : cases.filter(({ problem }) => problem?.kind === kind).length;
}

function counted(cases: TestCase[], ms: number) {
  return {
    tests: countOf(cases),
    failures: countOf(cases, "failure"),
    errors: countOf(cases, "error"),
    skipped: countOf(cases, "skipped"),
    time: seconds(ms),
  };
}

function timeOf({ timings, checks }: Result): number {
  return timings["total"] ?? checks.reduce((sum, { ms }) => sum + ms, 0);
}

function writeSuite(result: Result, cases: TestCase[]): string {
  const { lab, verdict, score, maxScore, partial, seed, startedAt } = result;
  const timestamp = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(startedAt) ? startedAt : undefined;
  const properties = { verdict, score: score ?? undefined, maxScore, partial: String(partial), lab: lab.id, seed };
  return [
    `  <testsuite${attributes({ name: titleText(lab.title, lab.id), ...counted(cases, timeOf(result)), timestamp })}>`,
    "    <properties>",
    ...Object.entries(properties).flatMap(([name, value]) =>
      value === undefined ? [] : [`      <property${attributes({ name, value })}/>`],
    ),
    "    </properties>",
    ...cases.map(writeCase),
    `    <system-out>${escapeXml(sumUp(result).text)}</system-out>`,
    "  </testsuite>",
  ].join("\n");
}

/**
 * Results as JUnit's XML: a suite for each. A fault is an error and never a failure; blocked and not-run checks are
 * skipped. The points are in the suite's properties; without a score there is no such property.
 */
export function renderJunit(results: readonly Result[]): string {
  const suites = results.map((result) => ({ result, cases: casesOf(result) }));
  const total = results.reduce((sum, result) => sum + timeOf(result), 0);
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="compose-labs"${attributes(counted(all, total))}>`,
    ...suites.map(({ result, cases }) => writeSuite(result, cases)),
    "</testsuites>\n",
  ].join("\n");
}
