import { expect, it } from "vitest";
import type { CheckRecord } from "../src/grading/check-run.ts";
import { inTurn } from "../src/progress.ts";

it("a progress whose turn has not come says nothing, and catches up when it comes", () => {
  const said: string[] = [];
  const progress = inTurn({
    phase: (name) => said.push(name),
    checkDone: ({ outcome }) => said.push(outcome),
    end: () => said.push("end"),
  });
  progress.phase("copy");
  progress.checkDone({ outcome: "passed" } as CheckRecord);
  expect(said).toEqual([]);
  progress.begin();
  expect(said).toEqual(["copy", "passed"]);
  progress.phase("checks");
  progress.end();
  expect(said).toEqual(["copy", "passed", "checks", "end"]);
});
