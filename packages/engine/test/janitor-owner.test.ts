import { LABELS } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { readLabels, writeLabels } from "../src/janitor/labels.ts";
import { nameMachine } from "../src/janitor/machine.ts";
import { DEADLINE_MARGIN, judgeOwner } from "../src/janitor/owner.ts";
import { startOf } from "../src/janitor/process-table.ts";

const runId = "0123456789ab";
const owner = { pid: 42, pidStart: "1000", boot: "boot/host", deadline: 5_000 };

describe("labels", () => {
  test("are read back as they were written", () => {
    expect(readLabels(writeLabels(runId, owner))).toEqual({ runId, owner });
  });

  test.each([
    ["a run id with a digit more", LABELS.run, "0123456789abc"],
    ["a run id in capitals", LABELS.run, "0123456789AB"],
    ["a process id that is no number", LABELS.pid, "42; rm"],
    ["a process id of nought", LABELS.pid, "0"],
    ["a deadline with a sign", LABELS.deadline, "-5"],
    ["no boot", LABELS.boot, ""],
  ])("%s is not ours", (_, key, value) => {
    expect(readLabels({ ...writeLabels(runId, owner), [key]: value })).toBeUndefined();
  });

  test.each(Object.values(LABELS))("without %s they are not ours", (key) => {
    const { [key]: _, ...rest } = writeLabels(runId, owner);
    expect(readLabels(rest)).toBeUndefined();
  });
});

describe("an owner", () => {
  const judge = (start: string | undefined, change: { boot?: string; now?: number } = {}) =>
    judgeOwner(owner, { boot: "boot/host", now: 1_000, startOf: async () => start, ...change });

  test("is alive when its process started then", async () => expect(await judge("1000")).toBe("alive"));
  test("is dead when there is no such process", async () => expect(await judge(undefined)).toBe("dead"));
  test("is dead when its id belongs to a later process", async () => expect(await judge("1001")).toBe("dead"));
  test("elsewhere is taken for alive", async () =>
    expect(await judge(undefined, { boot: "other/host" })).toBe("alive"));
  test("has a margin after its deadline", async () =>
    expect(await judge("1000", { now: 5_000 + DEADLINE_MARGIN })).toBe("alive"));
  test("is overdue after the margin, wherever it is", async () => {
    const now = 5_001 + DEADLINE_MARGIN;
    expect(await judge("1000", { now })).toBe("overdue");
    expect(await judge(undefined, { boot: "other/host", now })).toBe("overdue");
    expect(await judge(undefined, { now })).toBe("dead");
  });
});

test("this process has a start time and a machine that do not change", async () => {
  expect(await startOf(process.pid)).toMatch(/\S/);
  expect(await startOf(process.pid)).toBe(await startOf(process.pid));
  expect(await nameMachine()).toBe(await nameMachine());
});
