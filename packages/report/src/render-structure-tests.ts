import type { StructureTestResult } from "@compose-labs/lab/structure-tests";
import { escapeXml } from "./escape-xml.ts";
import { neutralise } from "./neutralise.ts";

/** The tests of one file, or why it could not be read. */
export interface StructureTestRun {
  /** As the user named it. */
  file: string;
  results: StructureTestResult[];
}

/** A line for each test, and below those that did not pass what was found and expected. */
export function renderStructureText(runs: StructureTestRun[]): string {
  const blocks = runs.map(({ file, results }) => `${clean(file)}\n\n${results.map(describe).join("")}`);
  const { pass, fail, total, ms } = sum(runs);
  const seconds = `${(ms / 1000).toFixed(2)} s`;
  const end =
    total === 0
      ? "no tests: the files ask for nothing"
      : `${pass} passed, ${fail} failed, ${total} in all · ${seconds}`;
  return `${blocks.join("\n")}\n${end}\n`;
}

function describe({ name, pass, messages, stdout, stderr }: StructureTestResult): string {
  const head = `  ${pass ? "pass" : "FAIL"}  ${clean(name) || "(no name)"}\n`;
  if (pass) return head;
  const output = [
    ["stdout", stdout],
    ["stderr", stderr],
  ].flatMap(([stream, text = ""]) => (text.trim() === "" ? [] : [`${stream}: ${lastLines(text)}`]));
  return head + [...messages.map((text) => clean(text)), ...output].map((text) => indent(text)).join("");
}

function lastLines(text: string): string {
  return clean(text).trimEnd().split("\n").slice(-8).join("\n");
}

function indent(text: string): string {
  return `${text
    .split("\n")
    .map((line) => `        ${line}`)
    .join("\n")}\n`;
}

/** One line, in the shape of the original's JSON report; durations in nanoseconds. */
export function renderStructureJson(runs: StructureTestRun[]): string {
  const { pass, fail, total, ms } = sum(runs);
  const results = runs.flatMap((run) =>
    run.results.map((result) => ({
      Name: result.name,
      Pass: result.pass,
      ...(result.stdout === "" ? {} : { Stdout: result.stdout }),
      ...(result.stderr === "" ? {} : { Stderr: result.stderr }),
      ...(result.messages.length === 0 ? {} : { Errors: result.messages }),
      Duration: Math.round(result.ms * 1e6),
    })),
  );
  const document = { Pass: pass, Fail: fail, Total: total, Duration: Math.round(ms * 1e6) };
  return `${JSON.stringify(total === 0 ? document : { ...document, Results: results })}\n`;
}

/** In the shape of the original's JUnit report; times in seconds. */
export function renderStructureJunit(runs: StructureTestRun[], suite: string): string {
  const { fail, total, ms } = sum(runs);
  const cases = runs.flatMap(({ results }) =>
    results.map(({ name, messages, stdout, stderr, ms: time }) => {
      const inside = [
        ...messages.map((text) => `<failure>${escapeXml(text)}</failure>`),
        ...(stdout === "" ? [] : [`<system-out>${escapeXml(stdout)}</system-out>`]),
        ...(stderr === "" ? [] : [`<system-err>${escapeXml(stderr)}</system-err>`]),
      ];
      return `<testcase name="${escapeXml(name)}" time="${seconds(time)}">${inside.join("")}</testcase>`;
    }),
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?><testsuites failures="${fail}" tests="${total}" time="${seconds(ms)}">` +
    `<testsuite name="${escapeXml(suite)}">${cases.join("")}</testsuite></testsuites>\n`
  );
}

function sum(runs: StructureTestRun[]) {
  const results = runs.flatMap((run) => run.results);
  const pass = results.filter((result) => result.pass).length;
  return { pass, fail: results.length - pass, total: results.length, ms: results.reduce((all, { ms }) => all + ms, 0) };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function clean(text: string): string {
  return neutralise(text);
}
