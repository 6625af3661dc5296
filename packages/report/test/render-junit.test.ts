import type { Result } from "@compose-labs/lab";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { sampleCheck, sampleResult } from "./fixtures/sample-results.ts";

const { passed, failed, refused, fault, partial } = everyResult;
const render = (...results: Result[]) => renderReport("junit", results);

describe("JUnit", () => {
  test("of a failure, and what it blocks", async () =>
    expect(`\n${await render(failed)}`).toMatchInlineSnapshot(`
    "
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="compose-labs" tests="3" failures="1" errors="0" skipped="1" time="4.210">
      <testsuite name="Bridge networks" tests="3" failures="1" errors="0" skipped="1" time="4.210" timestamp="2025-01-01T10:00:00.000Z">
        <properties>
          <property name="verdict" value="graded"/>
          <property name="score" value="5"/>
          <property name="maxScore" value="30"/>
          <property name="partial" value="false"/>
          <property name="lab" value="bridge-networks"/>
          <property name="seed" value="k3j2h4g5"/>
        </properties>
        <testcase name="Every service starts and stays up" classname="bridge-networks" time="0.012"/>
        <testcase name="The proxy cannot reach the database" classname="bridge-networks" time="0.012" file="compose.yaml" line="24"><failure type="NET_NOT_ISOLATED" message="a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted">found: a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted
    expected: no connection: \`db\` shares no network with \`proxy\`
    at: compose.yaml:24:5
    help: \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.
    see it: docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c &apos;nc -z -w 2 db 5432 &amp;&amp; echo reached&apos;
    more: docs/diagnoses/NET_NOT_ISOLATED.md</failure></testcase>
        <testcase name="Data survives \`down\` and \`up\`" classname="bridge-networks" time="0.000"><skipped message="not tried: needs db-hidden, which failed"/></testcase>
        <system-out>5 of 30 points in 4.2 s</system-out>
      </testsuite>
    </testsuites>
    "
  `));
  test("of a refusal, which is a failure by itself", async () =>
    expect(`\n${await render(refused)}`).toMatchInlineSnapshot(`
      "
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="compose-labs" tests="2" failures="1" errors="0" skipped="1" time="0.130">
        <testsuite name="Bridge networks" tests="2" failures="1" errors="0" skipped="1" time="0.130" timestamp="2025-01-01T10:00:00.000Z">
          <properties>
            <property name="verdict" value="refused"/>
            <property name="maxScore" value="10"/>
            <property name="partial" value="false"/>
            <property name="lab" value="bridge-networks"/>
            <property name="seed" value="k3j2h4g5"/>
          </properties>
          <testcase name="service.privileged" classname="bridge-networks.policy" time="0.000" file="compose.yaml" line="4"><failure type="service.privileged" message="\`db\` asks for \`privileged: true\`, which opens the host.">\`db\` asks for \`privileged: true\`, which opens the host.
      change: Remove the line.
      at: compose.yaml:4:5</failure></testcase>
          <testcase name="The behaviour stack-settled holds" classname="bridge-networks" time="0.000"><skipped message="not run"/></testcase>
          <system-out>Refused in 130 ms, nothing was started: 1 place to change</system-out>
        </testsuite>
      </testsuites>
      "
    `));
  test("of a fault, which is an error and never a failure", async () =>
    expect(`\n${await render(fault)}`).toMatchInlineSnapshot(`
      "
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="compose-labs" tests="3" failures="0" errors="2" skipped="0" time="4.210">
        <testsuite name="Bridge networks" tests="3" failures="0" errors="2" skipped="0" time="4.210" timestamp="2025-01-01T10:00:00.000Z">
          <properties>
            <property name="verdict" value="fault"/>
            <property name="maxScore" value="20"/>
            <property name="partial" value="false"/>
            <property name="lab" value="bridge-networks"/>
            <property name="seed" value="k3j2h4g5"/>
          </properties>
          <testcase name="run" classname="bridge-networks.run" time="0.000"><error type="ENGINE_GONE" message="the engine does not answer any more">No points are lost: this is not your mistake.</error></testcase>
          <testcase name="Every service starts and stays up" classname="bridge-networks" time="0.012"/>
          <testcase name="The behaviour db-hidden holds" classname="bridge-networks" time="60.000"><error type="fault" message="the probe did not answer within 30 s">could not be decided: the probe did not answer within 30 s
      No points are lost: this is not your mistake.</error></testcase>
          <system-out>No score, and no points lost: the run could not be finished</system-out>
        </testsuite>
      </testsuites>
      "
    `));
  test("of two results", async () =>
    expect(`\n${await render(passed, partial)}`).toMatchInlineSnapshot(`
    "
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="compose-labs" tests="5" failures="0" errors="0" skipped="1" time="8.420">
      <testsuite name="Bridge networks" tests="3" failures="0" errors="0" skipped="0" time="4.210" timestamp="2025-01-01T10:00:00.000Z">
        <properties>
          <property name="verdict" value="graded"/>
          <property name="score" value="35"/>
          <property name="maxScore" value="35"/>
          <property name="partial" value="false"/>
          <property name="lab" value="bridge-networks"/>
          <property name="seed" value="k3j2h4g5"/>
        </properties>
        <testcase name="Every service starts and stays up" classname="bridge-networks" time="0.012"/>
        <testcase name="A value travels through the proxy to the database and back" classname="bridge-networks" time="0.012"/>
        <testcase name="The proxy cannot reach the database" classname="bridge-networks" time="0.012"/>
        <system-out>35 of 35 points in 4.2 s</system-out>
      </testsuite>
      <testsuite name="Bridge networks" tests="2" failures="0" errors="0" skipped="1" time="4.210" timestamp="2025-01-01T10:00:00.000Z">
        <properties>
          <property name="verdict" value="graded"/>
          <property name="score" value="5"/>
          <property name="maxScore" value="15"/>
          <property name="partial" value="true"/>
          <property name="lab" value="bridge-networks"/>
          <property name="seed" value="k3j2h4g5"/>
        </properties>
        <testcase name="Every service starts and stays up" classname="bridge-networks" time="0.012"/>
        <testcase name="The behaviour round-trip holds" classname="bridge-networks" time="0.000"><skipped message="not run"/></testcase>
        <system-out>5 of 15 points (partial) in 4.2 s</system-out>
      </testsuite>
    </testsuites>
    "
  `));
});

test.each(Object.entries(everyResult))("is well-formed for a result that is %s", async (_, result) => {
  expect(XMLValidator.validate(await render(result, result))).toBe(true);
});

test("keeps what XML can bear, and leaves out what it forbids", async () => {
  const found = "a\u0000\u0008b\ufffe\uffff\ud800 ]]> <b> &amp; \"'\nline 2\r\nline 3";
  const diagnosis = { code: "X", found, expected: "", transcript: [] };
  const title = "a <title> &\n more";
  const result = sampleResult({ checks: [sampleCheck("x", { title, outcome: "failed", diagnosis })] });
  const xml = await render({ ...result, startedAt: "never", timings: {} });
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  expect(xml).not.toContain("timestamp=");
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    htmlEntities: true,
    isArray: () => false,
  });
  const { testcase } = parser.parse(xml).testsuites.testsuite;
  expect(testcase.name).toBe("a <title> & more");
  expect(testcase.failure.message).toBe("ab� ]]> <b> &amp; \"'\nline 2\nline 3");
  expect(testcase.time).toBe("0.012");
});
