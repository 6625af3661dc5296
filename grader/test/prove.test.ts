import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadLab, type Result } from "@compose-labs/lab";
import { expect, onTestFinished, test } from "vitest";
import { prove } from "../src/proof/prove.ts";
import { Slots } from "../src/proof/slots.ts";

const FAULT: Result = {
  schema: "compose-labs/result/v1",
  lab: { id: "compose-stack", title: "A Compose stack", version: "1.0.0", digest: "" },
  submission: { digest: "" },
  verdict: "fault",
  partial: false,
  score: null,
  maxScore: 100,
  checks: [],
  findings: [],
  environment: { grader: "0.1.0", node: "24.0.0", standIns: [] },
  seed: "00",
  startedAt: "2026-01-01T00:00:00.000Z",
  timings: {},
  fault: { code: "ENGINE_GONE", message: "the container engine stopped answering" },
};

test("copies of a case are as many stacks side by side, and each repeat of it is one grading of all of them", async () => {
  const temporary = await mkdtemp(join(tmpdir(), "grader-test-"));
  onTestFinished(() => rm(temporary, { recursive: true }));
  let running = 0;
  const seen: number[] = [];
  const proof = await prove({
    lab: await loadLab(join(import.meta.dirname, "../../labs/09-compose-stack")),
    repeat: 3,
    only: ["copies-beside"],
    shard: { part: 1, of: 2 },
    adversity: true,
    slots: new Slots(4),
    temporary,
    signal: new AbortController().signal,
    grade: async () => {
      running += 1;
      seen.push(running);
      await sleep(1);
      running -= 1;
      return FAULT;
    },
    onCase: () => {},
  });
  expect(seen.length).toBe(proof.cases.length * 3 * 3);
  expect(Math.max(...seen)).toBe(3);
  expect(proof.cases[0]?.problem).toBe("ended in a fault, expected a verdict: the container engine stopped answering");
});
