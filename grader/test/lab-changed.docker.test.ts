import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changedLab, DEMO_LAB, runCli } from "./run-cli.ts";

/** The demo lab, of which a file is edited by somebody while its checks run. */
async function labEditedMeanwhile() {
  const checks = await readFile(join(DEMO_LAB, "checks.ts"), "utf8");
  const edited = checks.replace(
    "begin(check: string): void {",
    'begin(check: string): void {\n  appendFileSync(new URL("mutants/crashes/compose.yaml", import.meta.url), "# edited\\n");',
  );
  expect(edited).not.toBe(checks);
  return await changedLab({ "checks.ts": edited, "mutants/crashes/compose.yaml": "services: {}\n" });
}

it.each([
  ["verify", "--only", "reference", "starter"],
  ["mutate", "--only", "port.unpublish", "port.other-host"],
])("%s ends with a fault when the lab is edited meanwhile: no verdict may be of two versions", async (...args) => {
  await using folder = await labEditedMeanwhile();
  const { stdout, stderr, exitCode } = await runCli([...args, "--jobs", "1"], { labs: folder.path });
  expect(stderr).toContain("LAB_CHANGED");
  expect(stderr).toContain("01-demo was edited while it was graded (mutants/crashes/compose.yaml changed)");
  expect(stderr).toContain("Run it again");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 3 });
});
