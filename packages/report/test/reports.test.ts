import { expect, test } from "vitest";
import { REPORT_FORMATS, renderJson, renderReport, renderTerminal } from "../src/index.ts";
import { sampleIdentity } from "./fixtures/identity.ts";
import { hostileResult, sampleCheck, sampleResult } from "./fixtures/sample-results.ts";

const passed = sampleResult();
const failed = sampleResult({ checks: [sampleCheck("db-hidden", { outcome: "failed" })] });

test("the registry renders what each form's own function does", async () => {
  expect(await renderReport("json", [failed])).toBe(renderJson(failed));
  expect(await renderReport("terminal", [failed], { width: 60, unicode: false })).toBe(
    renderTerminal(failed, { width: 60, unicode: false }),
  );
});

test("several results are one report", async () => {
  expect(JSON.parse(await renderReport("json", [passed, failed]))).toEqual([passed, failed]);
  const text = await renderReport("terminal", [passed, failed]);
  expect(text).toBe(`${renderTerminal(passed, { width: 80 })}\n${renderTerminal(failed, { width: 80 })}`);
});

test.each(["gradescope", "classroom50", "check50", "github-classroom"] as const)(
  "%s has room for one",
  async (format) => {
    for (const results of [[], [passed, failed]]) {
      await expect(renderReport(format, results)).rejects.toMatchObject({
        kind: "usage",
        code: "REPORT_ONE_RESULT",
        message: `found ${results.length} results, expected one: ${format} has room for one`,
      });
    }
  },
);

test.each(REPORT_FORMATS)("%s holds nothing that a terminal acts on, whatever was written", async (format) => {
  const report = await renderReport(format, [hostileResult()], { identity: sampleIdentity });
  expect(report).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]|##\[/mu);
  if (format !== "annotations") expect(report).not.toMatch(/^\s*::/m);
});
