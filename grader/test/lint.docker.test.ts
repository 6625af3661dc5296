import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const MISTAKEN = join(import.meta.dirname, "fixtures/mistaken-labs");

it("verify names of ten mistakes what only a run can tell, and several that lint names too", async () => {
  const { stdout, exitCode } = await runCli(["verify", "--jobs", "2"], { labs: MISTAKEN });
  const text = stdout.replace(/\s+/g, " ");
  expect(exitCode).toBe(1);
  // A mutant that fails another check than it says.
  expect(text).toMatch(
    /mutant missing-folder page-served came out blocked, expected it to fail; settled came out failed/,
  );
  // A check that cannot fail, and a negative one whose probe is broken.
  expect(text).toContain("No mutant kills page-fine");
  expect(text).toContain("mutant api-shown api-hidden came out passed, expected it to fail");
  // A fixed address, text in place of behaviour, a fixed port: right solutions fail.
  expect(text).toMatch(/reference found-by-name came out failed/);
  expect(text).toMatch(/alternative other-words comes-back came out failed .* published came out failed/);
});
