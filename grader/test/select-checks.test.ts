import { type Check, defineChecks } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { selectChecks } from "../src/grading/select-checks.ts";

const rubric = defineChecks(({ check }) => {
  const pass = () => {};
  const settled = check("settled", { title: "S", points: 1 }, pass);
  const served = check("served", { title: "S", points: 1, needs: [settled] }, pass);
  check("comes-back", { title: "C", points: 1, needs: [served] }, pass);
  check("notes", { title: "N", points: 1 }, pass);
});
const ids = (checks: Set<Check>) => [...checks].map(({ id }) => id).toSorted();

describe("selectChecks", () => {
  it("takes every check where none is named", () => {
    expect(ids(selectChecks(rubric, undefined))).toHaveLength(4);
    expect(ids(selectChecks(rubric, []))).toHaveLength(4);
  });

  it("takes what a check needs, and what that needs", () => {
    expect(ids(selectChecks(rubric, ["comes-back"]))).toEqual(["comes-back", "served", "settled"]);
    expect(ids(selectChecks(rubric, ["notes", "settled"]))).toEqual(["notes", "settled"]);
  });

  it("knows no other, and suggests the nearest", () => {
    expect(() => selectChecks(rubric, ["note"])).toThrow(
      expect.objectContaining({
        kind: "usage",
        code: "CHECK_UNKNOWN",
        message: 'found no check "note" in this lab; expected one of settled, served, comes-back, notes',
        hint: "Did you mean `notes`?",
      }),
    );
    expect(() => selectChecks(rubric, ["zzzzzz"])).toThrow(
      expect.objectContaining({ hint: "Run without --only to see every check." }),
    );
  });
});
