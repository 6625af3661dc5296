import { resultSchema } from "@compose-labs/lab";
import * as v from "valibot";
import { expect, test } from "vitest";
import { renderJson } from "../src/index.ts";
import { hostileResult, sampleResult } from "./fixtures/sample-results.ts";

test("the JSON is the document, unchanged and valid", () => {
  for (const result of [sampleResult(), hostileResult()]) {
    const parsed: unknown = JSON.parse(renderJson(result));
    expect(parsed).toEqual(result);
    expect(v.is(resultSchema, parsed)).toBe(true);
  }
});

test("holds nothing that a terminal or GitHub's runner acts on", () => {
  const json = renderJson(hostileResult());
  expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]|##\[|^\s*::/mu);
});
