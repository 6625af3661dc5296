import type { StructureTestResult } from "@compose-labs/lab/structure-tests";
import { expect, test } from "vitest";
import { renderStructureJson, renderStructureJunit, renderStructureText, type StructureTestRun } from "../src/index.ts";

const passed: StructureTestResult = {
  kind: "commandTests",
  name: "Command Test: <says> \u001b[31mhi",
  pass: true,
  messages: [],
  stdout: "hi & bye\n",
  stderr: "",
  ms: 12.5,
};
const failed: StructureTestResult = {
  ...passed,
  name: "Command Test: two",
  pass: false,
  messages: ["found exit code 1, expected 0", "found nothing in stdout, expected a match of /x/"],
  stderr: "no\nfile",
  ms: 1000,
};
const runs: StructureTestRun[] = [
  { file: "a.yaml", results: [passed, failed] },
  {
    file: "b.yaml",
    results: [{ ...passed, name: "", pass: false, messages: ["b.yaml:1:1: found nothing"], stdout: "" }],
  },
];

test("text names each test, and what was wrong with it", () => {
  expect(renderStructureText(runs)).toMatchInlineSnapshot(`
    "a.yaml

      pass  Command Test: <says> hi
      FAIL  Command Test: two
            found exit code 1, expected 0
            found nothing in stdout, expected a match of /x/
            stdout: hi & bye
            stderr: no
            file

    b.yaml

      FAIL  (no name)
            b.yaml:1:1: found nothing

    1 passed, 2 failed, 3 in all · 1.02 s
    "
  `);
});

test("JSON has the shape of the original", () => {
  expect(JSON.parse(renderStructureJson(runs))).toEqual({
    Pass: 1,
    Fail: 2,
    Total: 3,
    Duration: 1_025_000_000,
    Results: [
      { Name: passed.name, Pass: true, Stdout: "hi & bye\n", Duration: 12_500_000 },
      {
        Name: failed.name,
        Pass: false,
        Stdout: "hi & bye\n",
        Stderr: "no\nfile",
        Errors: failed.messages,
        Duration: 1_000_000_000,
      },
      { Name: "", Pass: false, Errors: ["b.yaml:1:1: found nothing"], Duration: 12_500_000 },
    ],
  });
});

test("JUnit is one suite, with text made safe for XML", () => {
  expect(renderStructureJunit(runs, 'image "web"').replaceAll("><", ">\n<")).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites failures="2" tests="3" time="1.025">
    <testsuite name="image &quot;web&quot;">
    <testcase name="Command Test: &lt;says&gt; hi" time="0.013">
    <system-out>hi &amp; bye
    </system-out>
    </testcase>
    <testcase name="Command Test: two" time="1.000">
    <failure>found exit code 1, expected 0</failure>
    <failure>found nothing in stdout, expected a match of /x/</failure>
    <system-out>hi &amp; bye
    </system-out>
    <system-err>no
    file</system-err>
    </testcase>
    <testcase name="" time="0.013">
    <failure>b.yaml:1:1: found nothing</failure>
    </testcase>
    </testsuite>
    </testsuites>
    "
  `);
});

test("no test at all is said", () => {
  expect(renderStructureText([{ file: "a.yaml", results: [] }])).toContain("no tests: the files ask for nothing");
  expect(renderStructureJson([{ file: "a.yaml", results: [] }])).toBe('{"Pass":0,"Fail":0,"Total":0,"Duration":0}\n');
});
