import { expect, it } from "vitest";
import { changedLab, runCli } from "./run-cli.ts";

it("makes labs of every kind that are proven as they stand", async () => {
  await using labs = await changedLab({}, "01-page");
  for (const submits of ["compose", "dockerfile", "both"]) {
    const made = await runCli(["new", `a-${submits}`, "--submits", submits, "--yes"], { labs: labs.path });
    expect(made.exitCode).toBe(0);
  }
  const { stdout, exitCode } = await runCli(["verify", "a-compose", "a-dockerfile", "a-both", "--jobs", "2"], {
    labs: labs.path,
  });
  expect(stdout.match(/^(proven · \d+ cases|NOT PROVEN.*)/gm)).toEqual([
    "proven · 7 cases",
    "proven · 6 cases",
    "proven · 10 cases",
  ]);
  expect(exitCode).toBe(0);
});
