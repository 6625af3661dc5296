import { join } from "node:path";
import { loadLab, resultSchema, usageError } from "@compose-labs/lab";
import * as v from "valibot";
import { expect, it } from "vitest";
import { type GradeOptions, grade } from "../src/grading/grade.ts";
import { silent } from "../src/grading/phases.ts";
import { DEMO_LAB } from "./run-cli.ts";

async function gradeWith(engine: GradeOptions["engine"]) {
  return grade({
    lab: await loadLab(DEMO_LAB),
    folder: join(DEMO_LAB, "reference"),
    engine,
    environment: process.env,
    signal: new AbortController().signal,
    progress: silent,
  });
}

it("turns an error that nobody foresaw into a fault with a valid document", async () => {
  const result = await gradeWith(() => Promise.reject(new TypeError("x is not a function")));
  expect(v.parse(resultSchema, result)).toMatchObject({
    verdict: "fault",
    partial: true,
    score: null,
    fault: {
      code: "GRADER_ERROR",
      message: "the grader stopped with TypeError: x is not a function",
      hint: "This is not your mistake. Please report it with the result document (`--json`).",
    },
  });
});

it("throws what the user must put right", async () => {
  const error = usageError("LAB_WRONG", "found a, expected b");
  await expect(gradeWith(() => Promise.reject(error))).rejects.toBe(error);
});
