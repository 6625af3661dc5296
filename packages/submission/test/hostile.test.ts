import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatPlace } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { isRefused } from "../src/finding/finding.ts";
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

describe.each([
  ["plain", demoLab()],
  ["with published ports", demoLab(allow("ports.publish"))],
])("the examples of hostile and of harmless submissions, in a lab %s", (_, lab) => {
  test.each(cases)("$name is $expect", async ({ name, expect: outcome, rule, at }) => {
    await using answer = await prepare(join(folder, name), lab);
    const { findings } = answer.prepared;
    if (outcome !== "refused") {
      expect(findings.filter(({ severity }) => severity === "refuse")).toEqual([]);
      expect(answer.prepared.model?.services.web).toBeDefined();
      return;
    }
    expect(isRefused(findings)).toBe(true);
    const found = findings.filter(({ code }) => code === rule);
    expect(found.map(({ place }) => formatPlace(place).replace(/^([^:]+:\d+):\d+$/, "$1"))).toEqual(
      at === undefined ? [expect.any(String)] : expect.arrayContaining([at]),
    );
  });
});
