import { join } from "node:path";
import { loadLab, resultSchema, usageError } from "@compose-labs/lab";
import * as v from "valibot";
import { expect, it } from "vitest";
import { type GradeOptions, grade } from "../src/grading/grade.ts";
import { silent } from "../src/grading/phases.ts";
import { DEMO_LAB } from "./run-cli.ts";

async function gradeWith(engine: GradeOptions["engine"], options: Partial<GradeOptions> = {}) {
  return grade({
    lab: await loadLab(DEMO_LAB),
    folder: join(DEMO_LAB, "reference"),
    engine,
    environment: process.env,
    signal: new AbortController().signal,
    progress: silent,
    ...options,
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

it("says whose work it is where the caller knows, and what graded it although the engine never came", async () => {
  const noEngine = () => Promise.reject(new TypeError("no engine"));
  const { submission, environment } = await gradeWith(noEngine, { student: "ada", commit: "c0ffee" });
  expect(submission).toEqual({ student: "ada", commit: "c0ffee", digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(environment.graderDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(environment.fingerprint).toBeUndefined();
});

it("throws what the user must put right", async () => {
  const error = usageError("LAB_WRONG", "found a, expected b");
  await expect(gradeWith(() => Promise.reject(error))).rejects.toBe(error);
});
