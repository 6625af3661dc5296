import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { DEMO_LAB, readResult, runCli } from "../run-cli.ts";
import { BRANCH, FOLDER, filesAt, type StudentClone, studentClone } from "./student-clone.ts";

/** A clone with the reference as the student's work. */
async function clonedWithReference(): Promise<StudentClone> {
  const clone = await studentClone();
  await rm(clone.work, { recursive: true });
  await cp(join(DEMO_LAB, "reference"), clone.work, { recursive: true });
  return clone;
}

/** The student's Git with this machine's engine. */
function submit(clone: StudentClone, args: string[] = [], env: Record<string, string> = {}) {
  const { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM } = clone.environment;
  return runCli(["submit", "01", "--student", "alice", ...args], {
    cwd: clone.path,
    env: { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM, ...env },
  });
}

const isPushed = async ({ git, course }: StudentClone) => (await git(["branch", "--list", BRANCH], course)) !== "";

it("hands in what it graded, and grader pr gives the same verdict on the branch", async () => {
  await using clone = await clonedWithReference();
  const before = await clone.state();
  const { stdout, exitCode } = await submit(clone);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("40 of 40 points");
  expect(stdout).toContain(`\nHanded in 4 files as ${FOLDER}, with 40 of 40 points.\n`);
  expect(await clone.state()).toEqual(before);
  expect(Object.keys(await filesAt(clone, BRANCH))).toEqual([
    "Dockerfile",
    "compose.yaml",
    "notes.txt",
    "site/index.html",
  ]);
  const [base = "", head = ""] = await Promise.all(
    ["main", BRANCH].map((name) => clone.git(["rev-parse", name], clone.course)),
  );
  const document = join(clone.path, "../pull-request.json");
  const graded = await runCli([
    ...["pr", "--repository", clone.course, "--base", base, "--head", head],
    ...["--course", join(clone.path, "course.yaml"), "--document", document],
  ]);
  expect(graded.exitCode).toBe(0);
  const { verdict, submissions } = JSON.parse(await readFile(document, "utf8"));
  expect({ verdict, of: submissions[0].student, score: submissions[0].result.score }).toEqual({
    verdict: "graded",
    of: "alice",
    score: 40,
  });
});

it("hands in what failed and what is refused, and says so", async () => {
  await using clone = await clonedWithReference();
  await clone.write({ "notes.txt": "" });
  const failed = await submit(clone);
  expect(failed.exitCode).toBe(1);
  expect(failed.stdout).toMatch(/\nHanded in 4 files as \S+, with 35 of 40 points\.\n/);
  await clone.write({ "compose.yaml": "services:\n  web:\n    build: .\n    privileged: true\n" });
  const refused = await submit(clone);
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toMatch(/\nHanded in 4 files as \S+, which is refused and gets no points as it is\.\n/);
  expect((await filesAt(clone, BRANCH))["compose.yaml"]).toContain("privileged");
});

it("hands in nothing without a verdict", async () => {
  await using clone = await clonedWithReference();
  for (const args of [[], ["--bundle", "mine.zip"]]) {
    const { stderr, exitCode } = await submit(clone, args, { DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("Nothing was handed in: there is no verdict on your files.");
  }
  expect(await isPushed(clone)).toBe(false);
  await expect(readFile(join(clone.path, "mine.zip"))).rejects.toMatchObject({ code: "ENOENT" });
});

it("puts files and result into one archive, without Git", async () => {
  await using clone = await clonedWithReference();
  await rm(join(clone.path, ".git"), { recursive: true });
  const { stdout, exitCode } = await submit(clone, ["--bundle"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    `\n01-demo-alice.zip holds 4 files as ${FOLDER}, with 40 of 40 points.\nHand this file in.\n`,
  );
  const { "result.json": document, ...files } = unzipSync(await readFile(join(clone.path, "01-demo-alice.zip")));
  const result = readResult(Buffer.from(document ?? "").toString());
  expect(result).toMatchObject({ score: 40, submission: { student: "alice" } });
  for (const [name, content] of Object.entries(files)) {
    const own = await readFile(join(clone.work, name.slice(FOLDER.length + 1)));
    expect(own.equals(Buffer.from(content))).toBe(true);
  }
});
