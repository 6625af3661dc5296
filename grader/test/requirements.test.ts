import { loadLab } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { requireEngine } from "../src/grading/requirements.ts";
import { DEMO_LAB } from "./run-cli.ts";

const facts = { compose: "2.26.1-4", cgroup: "1" };

async function fault(requires: { compose?: string; cgroup?: "1" | "2" }): Promise<string | undefined> {
  const lab = await loadLab(DEMO_LAB);
  try {
    requireEngine({ ...lab, manifest: { ...lab.manifest, requires } }, facts);
    return undefined;
  } catch (thrown) {
    return String(thrown);
  }
}

describe("what a lab requires of the engine", () => {
  it.each([{}, { compose: "2.26" }, { compose: "2.26.1" }, { compose: "1.30" }, { cgroup: "1" as const }])(
    "%j is there",
    async (requires) => expect(await fault(requires)).toBeUndefined(),
  );

  it("is a fault where it is not there, and no failure of the student", async () => {
    expect(await fault({ compose: "2.27" })).toBe("LabError: found Docker Compose 2.26.1-4, expected 2.27 or later");
    expect(await fault({ compose: "3.0.0" })).toContain("expected 3.0.0 or later");
    expect(await fault({ cgroup: "2" })).toBe("LabError: found cgroup v1, expected cgroup v2");
  });
});
