import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedLab, runCli, temporaryFolder } from "./run-cli.ts";

const MISTAKEN = join(import.meta.dirname, "fixtures/mistaken-labs");

/** A course with one lab that is clean. */
async function course() {
  const labs = await changedLab({}, "99-demo");
  await runCli(["new", "01-page", "--yes"], { labs: labs.path });
  return labs;
}

describe("lint", () => {
  it("finds nothing in the course's own labs", async () => {
    const { stdout, exitCode } = await runCli(["lint"], { labs: join(import.meta.dirname, "../../labs") });
    expect(stdout.split("\n").filter((line) => line !== "" && !line.endsWith(": clean"))).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it("names what can be seen of ten mistakes without running: nine of them", async () => {
    const { stdout, stderr, exitCode } = await runCli(["lint"], { labs: MISTAKEN });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 1 });
    // The tenth, a mutant that fails the wrong check, is named by `verify`.
    expect(stdout.match(/^\S+:\d+:\d+ .*|^.*findings$/gm)).toMatchInlineSnapshot(`
      [
        "labs/01-ten-mistakes/checks.ts:6:5 points.sum",
        "labs/01-ten-mistakes/checks.ts:6:5 proof.unkilled",
        "labs/01-ten-mistakes/checks.ts:20:15 hint.gives-away",
        "labs/01-ten-mistakes/checks.ts:31:5 proof.unkilled",
        "labs/01-ten-mistakes/checks.ts:36:7 checks.vacuous",
        "labs/01-ten-mistakes/checks.ts:46:7 checks.failing-probe",
        "labs/01-ten-mistakes/checks.ts:51:5 proof.unkilled",
        "labs/01-ten-mistakes/checks.ts:55:33 checks.reads-text",
        "labs/01-ten-mistakes/checks.ts:61:5 proof.unkilled",
        "labs/01-ten-mistakes/checks.ts:65:91 checks.fixed-port",
        "labs/01-ten-mistakes/checks.ts:71:5 proof.unkilled",
        "labs/01-ten-mistakes/checks.ts:75:43 checks.fixed-address",
        "labs/01-ten-mistakes/checks.ts:81:5 proof.unkilled",
        "labs/01-ten-mistakes/checks.ts:85:13 checks.fixed-wait",
        "labs/01-ten-mistakes/lab.yaml:11:9 path.given",
        "01-ten-mistakes: 15 findings",
      ]
    `);
    expect(stdout.split("\n").slice(0, 3).join("\n")).toMatchInlineSnapshot(`
      "labs/01-ten-mistakes/checks.ts:6:5 points.sum
        found 105 points in all, expected 100.
        Change the points of the checks; 100 in all make the labs of a course comparable."
    `);
  });

  it("looks at the labs that are named, once each, and says so in JSON", async () => {
    await using labs = await course();
    const { stdout, exitCode } = await runCli(["lint", "01", "page", "--json"], { labs: labs.path });
    expect(JSON.parse(stdout)).toEqual([{ lab: "01-page", findings: [], fixed: [] }]);
    expect(exitCode).toBe(0);
    const all = await runCli(["lint"], { labs: labs.path });
    expect(all.stdout.match(/^\d\d-.*$/gm)).toEqual([
      "01-page: clean",
      expect.stringMatching(/^99-demo: \d+ findings$/),
    ]);
    expect(all.exitCode).toBe(1);
  });

  it("--fix writes the rubric, and nothing where there is nothing to fix", async () => {
    await using labs = await course();
    const task = join(labs.path, "01-page/README.md");
    const right = await readFile(task, "utf8");
    await writeFile(task, right.replaceAll("| 25 |", "| 7 |"));
    const found = await runCli(["lint", "01"], { labs: labs.path });
    expect(found.stdout).toContain(" task.rubric (--fix)\n");
    expect(found.exitCode).toBe(1);
    expect(await runCli(["lint", "01", "--fix"], { labs: labs.path })).toMatchObject({
      stdout: "01-page: wrote README.md\n01-page: clean\n",
      exitCode: 0,
    });
    expect(await readFile(task, "utf8")).toBe(right);
    expect(await runCli(["lint", "01", "--fix"], { labs: labs.path })).toMatchObject({ stdout: "01-page: clean\n" });
  });

  it("goes on where a lab.yaml cannot be read", async () => {
    await using labs = await course();
    await mkdir(join(labs.path, "02-broken/starter"), { recursive: true });
    await writeFile(join(labs.path, "02-broken/lab.yaml"), "schema: [\n");
    const { stdout, exitCode } = await runCli(["lint", "01", "02"], { labs: labs.path });
    expect(stdout).toMatch(/^01-page: clean\n/);
    expect(stdout).toMatch(/\nlabs\/02-broken\/lab\.yaml:\d+:\d+ lab\.manifest\n/);
    expect(exitCode).toBe(1);
  });

  it("holds ids against a revision of Git: HEAD, or the one named", async () => {
    await using labs = await course();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: labs.path });
    git("init", "--quiet");
    git("add", "01-page");
    git("commit", "--quiet", "--no-verify", "--message", "First");
    git("tag", "first");
    const checks = join(labs.path, "01-page/checks.ts");
    await writeFile(checks, (await readFile(checks, "utf8")).replace('"one-door"', '"single-door"'));
    for (const file of ["README.md", "mutants.yaml"]) {
      const path = join(labs.path, "01-page", file);
      await writeFile(path, (await readFile(path, "utf8")).replaceAll("one-door", "single-door"));
    }
    const removed = /checks\.ts id\.removed\n {2}found no check "one-door", which there was in (\w+),/;
    expect((await runCli(["lint", "01"], { labs: labs.path })).stdout.match(removed)?.[1]).toBe("HEAD");
    git("commit", "--quiet", "--no-verify", "--all", "--message", "Second");
    expect(await runCli(["lint", "01"], { labs: labs.path })).toMatchObject({ exitCode: 0 });
    const since = await runCli(["lint", "01", "--since", "first"], { labs: labs.path });
    expect(since.stdout.match(removed)?.[1]).toBe("first");
    expect(since.exitCode).toBe(1);
    expect(await runCli(["lint", "01", "--since", "none"], { labs: labs.path })).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr:
        'grader: found no revision "none" in <labs>, expected one that Git knows [REVISION_UNKNOWN]\n  Name a branch, a tag or a commit; in CI, fetch it first.\n',
    });
  });

  it("is wrong usage where there is no lab", async () => {
    await using empty = await temporaryFolder();
    expect(await runCli(["lint"], { labs: empty.path })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^grader: found no lab in <labs>, .* \[LABS_EMPTY\]/),
    });
  });
});
