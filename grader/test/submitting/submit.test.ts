import { glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../run-cli.ts";
import { BRANCH, type StudentClone, studentClone } from "./student-clone.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** `grader submit` in the clone, with the machine that the clone is on. */
const submit = (clone: StudentClone, args: string[], cwd = clone.path) =>
  runCli(["submit", "01", ...args], { cwd, env: clone.environment });

describe("--dry-run", () => {
  it("says what would be handed in, and pushes nothing", async () => {
    await using clone = await studentClone();
    const { stdout, stderr, exitCode } = await submit(clone, ["--dry-run", "--student", "alice"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatchInlineSnapshot(`
      "submissions/alice/01-demo with 2 files

        compose.yaml
        notes.txt

      would be pushed to origin as the new branch submit/alice/01-demo, for a pull request into main of origin.
      It was not graded, and nothing was pushed.
      "
    `);
    expect(await clone.git(["branch", "--list", BRANCH], clone.course)).toBe("");
    await clone.submit();
    const last = async () => (await submit(clone, ["--dry-run", "--student", "alice"])).stdout.split("\n").at(-3);
    expect(await last()).toMatchInlineSnapshot(
      `"is what the branch submit/alice/01-demo has already: nothing would be pushed."`,
    );
    await clone.write({ "notes.txt": "more\n" });
    expect(await last()).toMatchInlineSnapshot(
      `"would be pushed to origin on top of the branch submit/alice/01-demo, for a pull request into main of origin."`,
    );
    const { commit } = await clone.submit();
    await clone.git(["update-ref", "refs/heads/main", commit], clone.course);
    expect(await last()).toMatchInlineSnapshot(`"is what the course has already: nothing would be pushed."`);
  });

  it("takes another folder, clone, remote and course file", async () => {
    await using clone = await studentClone();
    const elsewhere = join(clone.path, "../elsewhere");
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, "notes.txt"), "elsewhere\n");
    await writeFile(
      join(elsewhere, "mine.yaml"),
      "schema: compose-labs/course/v1\ntitle: Course\nsubmissions: work/{lab}/{student}\n",
    );
    await clone.git(["remote", "rename", "origin", "school"]);
    const options = ["--repository", clone.path, "--remote", "school", "--course", "mine.yaml", "--student", "bob"];
    const { stdout, stderr, exitCode } = await submit(clone, [".", "--dry-run", ...options], elsewhere);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatchInlineSnapshot(`
      "work/01-demo/bob with 1 file

        notes.txt

      would be pushed to school as the new branch submit/bob/01-demo, for a pull request into main of school.
      It was not graded, and nothing was pushed.
      "
    `);
  });

  it("of a bundle names the file", async () => {
    await using clone = await studentClone();
    const { stdout, exitCode } = await submit(clone, ["--dry-run", "--student", "alice", "--bundle"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "01-demo-alice.zip would hold 2 files as submissions/alice/01-demo, and the result.
      It was not graded or written.
      "
    `);
  });
});

describe("before anything is graded", () => {
  it.for([
    ["nobody is named", [], "STUDENT_UNKNOWN"],
    ["the clone is none", ["--repository", ".."], "REPOSITORY_ABSENT"],
    ["there is no course.yaml", ["--course", "none.yaml", "--student", "alice"], "FILE_MISSING"],
    ["there is no such remote", ["--remote", "none"], "REMOTE_UNKNOWN"],
    ["a bundle is of nobody", ["--bundle"], "STUDENT_UNKNOWN"],
    ["a bundle is a folder", ["--student", "alice", "--bundle", "labs"], "BUNDLE_UNWRITABLE"],
    ["a bundle lies in no folder", ["--student", "alice", "--bundle", "none/a.zip"], "BUNDLE_UNWRITABLE"],
    ["a bundle has a remote", ["--bundle", "--remote", "origin"], "cannot be used with option"],
  ] as const)("it ends when %s", async ([, args, code]) => {
    await using clone = await studentClone();
    const { stdout, stderr, exitCode } = await submit(clone, [...args]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(code);
  });

  it("shows no control character of a name", async () => {
    await using clone = await studentClone();
    await clone.write({ "site/a\x1b[31mb\n::error::c.html": "" });
    const { stderr, exitCode } = await submit(clone, ["--student", "alice"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "grader: site/ab : :error::c.html: found a control character or one that hides text in the path, expected plain names [PATH_REFUSED]
        Rename the file with letters, digits, dots and hyphens.
      "
    `);
  });

  it("says why a bundle cannot be written", async () => {
    await using clone = await studentClone();
    const { stderr } = await submit(clone, ["--student", "alice", "--bundle", "none/a.zip"]);
    expect(stderr).toMatchInlineSnapshot(`
      "grader: none/a.zip: cannot be written (ENOENT), expected a file [BUNDLE_UNWRITABLE]
        Name a file in a folder that exists: --bundle <file>.
      "
    `);
  });
});

it("has every code of its errors on the page for students", async () => {
  const page = await readFile(join(ROOT, "docs/submitting.md"), "utf8");
  const codes = new Set<string>();
  for await (const file of glob("grader/src/{submitting/*,commands/submit}.ts", { cwd: ROOT })) {
    const source = await readFile(join(ROOT, file), "utf8");
    for (const [, code = ""] of source.matchAll(/(?:usageError|faultError)\(\s*"([A-Z_]+)"/g)) codes.add(code);
  }
  expect(codes.size).toBeGreaterThan(15);
  expect([...codes].filter((code) => !page.includes(`**${code}**`))).toEqual([]);
});
