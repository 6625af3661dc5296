import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedLab, checkJson, DEMO_LAB, submission } from "./run-cli.ts";

const manifest = () => readFile(join(DEMO_LAB, "lab.yaml"), "utf8");

describe("a run that cannot be graded here", () => {
  it("is a fault without a score when it takes longer than the lab's wall clock", async () => {
    await using labs = await changedLab({
      "lab.yaml": (await manifest()).replace("wall: 60", "wall: 2"),
      "checks.ts": `
import { setTimeout } from "node:timers/promises";
import { defineChecks } from "@compose-labs/lab";
export default defineChecks(({ check }) => {
  check("slow", { title: "Takes its time", points: 5, at: "services.web", timeout: 60 }, async ({ stack, signal }) => {
    await stack.settled();
    await setTimeout(30_000, undefined, { signal });
  });
});
`,
    });
    await using folder = await submission();
    const { result, exitCode } = await checkJson(folder.path, { labs: labs.path });
    expect(exitCode).toBe(3);
    expect(result).toMatchObject({ verdict: "fault", score: null });
    expect(result.fault?.message).toBe("the run took longer than its 2 s (limits.wall of the lab)");
  });

  it("is a fault when the engine is not what the lab requires, and starts nothing", async () => {
    await using labs = await changedLab({ "lab.yaml": `${await manifest()}requires:\n  compose: "99.0"\n` });
    await using folder = await submission();
    const { result, exitCode } = await checkJson(folder.path, { labs: labs.path });
    expect(exitCode).toBe(3);
    expect(result).toMatchObject({ verdict: "fault", score: null, fault: { code: "ENGINE_UNFIT" } });
    expect(result.timings).not.toHaveProperty("build");
  });
});
