import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { runOptionsOf } from "../src/commands/structure-run-options.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { caseRows } from "./structure-test-cases.ts";

const page = resolve(import.meta.dirname, "../../docs/structure-tests.md");

test("the page shows every case", async () => {
  const text = await readFile(page, "utf8");
  const rows = text.slice(text.indexOf("## Cases")).trimEnd().split("\n").slice(6);
  expect(rows, "replace the table in docs/structure-tests.md by the rows that caseRows() gives").toEqual(caseRows());
});

describe("the command line, without an engine", () => {
  test("files that are wrong are told with their places, and nothing is run", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "old.yaml"), "schemaVersion: 1.0.0\n");
    const run = await runCli(["structure-test", "-i", "x", "-c", "old.yaml", "none.yaml"], { cwd: folder.path });
    expect(run).toMatchInlineSnapshot(`
      {
        "exitCode": 2,
        "stderr": "grader: old.yaml:1:16: found schema version 1.0.0, expected 2.0.0 [STRUCTURE_SCHEMA]
        Write the tests anew in schema 2.0.0: the first word of a command goes to \`command\`, the rest to \`args\`.
      grader: none.yaml: found no readable file, expected tests [FILE_MISSING]
        Correct the name after --config.
      ",
        "stdout": "old.yaml

        FAIL  (no name)
              old.yaml:1:16: found schema version 1.0.0, expected 2.0.0

      none.yaml

        FAIL  (no name)
              none.yaml: found no readable file, expected tests

      0 passed, 2 failed, 2 in all · 0.00 s
      ",
      }
    `);
  });

  test.each([
    [["-i", "x"], "required option '-c, --config <file...>' not specified"],
    [["-c", "x"], "required option '-i, --image <ref>' not specified"],
    [["-i", "x", "-c", "x", "--timeout", "0"], "expected a number of seconds above 0, at most 86400."],
    [["-i", "x", "-c", "x", "--driver", "tar"], "Allowed choices are docker."],
    [["-i", "x", "-c", "x", "-o", "xml"], "Allowed choices are text, json, junit."],
  ])("%j is wrong usage", async (args, told) => {
    const run = await runCli(["structure-test", ...args]);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain(told);
  });
});

test("a file's options of containers become the engine's", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "env"), "# why\nA=1\nB=\nC='two words'\n");
  const options = await runOptionsOf(
    {
      user: "1000",
      privileged: true,
      allocateTty: true,
      envFile: "env",
      envVars: ["HERE", "GONE"],
      capabilities: ["NET_ADMIN"],
      bindMounts: ["/a:/b"],
    },
    { environment: { HERE: "yes" }, directory: folder.path },
  );
  const LogConfig = { Type: "json-file", Config: { "max-size": "64m", "max-file": "1" } };
  expect(options).toEqual({
    hostConfig: { CapAdd: ["NET_ADMIN"], Binds: ["/a:/b"], Privileged: true, LogConfig },
    user: "1000",
    tty: true,
    env: ["A=1", "C=two words", "HERE=yes", ""],
  });
  const nowhere = { environment: {}, directory: folder.path };
  expect(await runOptionsOf({ envFile: "none" }, nowhere)).toEqual({ hostConfig: { LogConfig }, env: [] });
});
