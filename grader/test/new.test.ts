import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changedLab, runCli, temporaryFolder } from "./run-cli.ts";

it("makes a lab with the next free number and says how to go on", async () => {
  await using labs = await changedLab({});
  const args = ["new", "one-page", "--title", "One page", "--submits", "dockerfile", "--service", "app", "--yes"];
  const { stdout, stderr, exitCode } = await runCli(args, { labs: labs.path, cwd: labs.path });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(stdout).toMatchInlineSnapshot(`
    "02-one-page holds a lab that works: 13 files.

      Look     grader preview 02-one-page
      Change   02-one-page/README.md, checks.ts, then starter/, reference/, alternatives/, mutants/
      Check    grader lint 02-one-page
      Prove    grader verify 02-one-page

    Run \`npm install\` once, so that the lock file knows the new workspace.
    "
  `);
  expect((await readdir(join(labs.path, "02-one-page"))).toSorted()).toMatchInlineSnapshot(`
    [
      "README.md",
      "alternatives",
      "checks.ts",
      "lab.yaml",
      "mutants",
      "mutants.yaml",
      "package.json",
      "reference",
      "starter",
    ]
  `);
  expect(await readFile(join(labs.path, "02-one-page/starter/compose.yaml"), "utf8")).toContain("  app:\n    build: .");
  const linted = await runCli(["lint", "02"], { labs: labs.path });
  expect(linted).toMatchObject({ stdout: "02-one-page: clean\n", exitCode: 0 });
});

it("begins a course where there is none yet, and never writes over a lab", async () => {
  await using folder = await temporaryFolder();
  const labs = join(folder.path, "labs");
  expect(await runCli(["new", "one-page", "--yes"], { labs })).toMatchObject({ exitCode: 0 });
  expect(await readdir(labs)).toEqual(["01-one-page"]);
  expect(await runCli(["new", "one-page", "--yes"], { labs })).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr:
      "grader: found a lab 01-one-page already, expected a new name [LAB_EXISTS]\n  Choose another name; nothing was written.\n",
  });
});

it("asks nothing where there is no terminal", async () => {
  await using folder = await temporaryFolder();
  const { stderr, exitCode } = await runCli(["new", "one-page", "--title", "One page"], { labs: folder.path });
  expect({ stderr, exitCode }).toMatchInlineSnapshot(`
    {
      "exitCode": 2,
      "stderr": "grader: found no --submits, no --service, no --shows, and no terminal to ask on, expected them all [FLAG_MISSING]
      Give them, or accept the proposals with --yes.
    ",
    }
  `);
  expect(await readdir(folder.path)).toEqual([]);
});
