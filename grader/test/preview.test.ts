import { expect, it } from "vitest";
import { changedLab, runCli } from "./run-cli.ts";

it("shows the task and the files that a student gets", async () => {
  expect(await runCli(["preview", "01"])).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stderr": "",
      "stdout": "A page in an image
    ==================

    Put \`site/index.html\` into an image of its own, serve it, and write into
    \`notes.txt\` how.

    Files to begin with
    -------------------
      compose.yaml
      site/index.html

    Handed in: compose.yaml, compose.yml, Dockerfile, notes.txt, docker/**, site/**
    ",
    }
  `);
});

it("shows one failure with its hints", async () => {
  const { stdout, exitCode } = await runCli(["preview", "01", "--check", "settled", "--hints", "3"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/FAILED {2}settled[\s\S]*hint 3\/3 {2}Use `httpd -f`\./);
});

it("is wrong usage for a check that there is not, or a lab without a task", async () => {
  expect(await runCli(["preview", "01", "--check", "setled"])).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /found no check "setled" in 01-demo, .* \[CHECK_UNKNOWN\]\n {2}Did you mean `settled`\?/,
    ),
  });
  expect((await runCli(["preview", "01", "--check", "zzzzzz"])).stderr).toContain(
    "See them with `grader preview 01-demo`.",
  );
  await using labs = await changedLab({ "README.md": undefined });
  expect(await runCli(["preview", "01"], { labs: labs.path })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /labs\/01-demo\/README.md: found no readable file, expected the task \[TASK_MISSING\]/,
    ),
  });
});
