import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isRefused } from "../src/finding/finding.ts";
import { startYamlParser } from "../src/yaml/parser.ts";
import { allow, demoLab, prepare } from "./demo-lab.ts";

interface Case {
  name: string;
  why: string;
  expect: "ok" | "bounded" | "refused";
  rule: string;
  at?: string;
}

const folder = join(import.meta.dirname, "fixtures/hostile");
const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")) as Case[];

const parser = startYamlParser({ signal: new AbortController().signal });
afterAll(() => parser[Symbol.asyncDispose]());

describe("the examples of hostile submissions", () => {
  test.each(cases.filter(({ expect: outcome }) => outcome === "refused"))(
    "$name is refused",
    async ({ name, rule, at }) => {
      await using answer = await prepare(join(folder, name), demoLab(), parser);
      const { findings } = answer.prepared;
      expect(isRefused(findings)).toBe(true);
      const places = findings.filter(({ code }) => code === rule).map(({ place }) => place);
      const found = places.map(({ file, line }) => (line === undefined ? file : `${file}:${line}`));
      expect(found).toContain(at ?? found[0] ?? rule);
    },
  );
});

describe.each([
  ["plain", demoLab()],
  ["with published ports", demoLab(allow("ports.publish"))],
])("the examples of harmless or bounded submissions, in a lab %s", (_, lab) => {
  test.each(cases.filter(({ expect: outcome }) => outcome !== "refused"))("$name is let through", async ({ name }) => {
    await using answer = await prepare(join(folder, name), lab, parser);
    const { findings, model } = answer.prepared;
    expect(findings.filter(({ severity }) => severity === "refuse")).toEqual([]);
    expect(model?.services.web).toBeDefined();
  });
});
