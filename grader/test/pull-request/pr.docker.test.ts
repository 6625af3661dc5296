import { once } from "node:events";
import { watch } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readResultOrPullRequest } from "@compose-labs/lab/documents";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_LAB, type Folder, startCli, temporaryFolder } from "../run-cli.ts";
import { type CourseRepository, courseRepository, type Entries } from "./course-repository.ts";
import { MINE } from "./graded.ts";

let course: CourseRepository;
let base: string;

beforeAll(async () => {
  course = await courseRepository();
  base = await course.commit([], { "README.md": "The course\n" });
});
afterAll(() => course[Symbol.asyncDispose]());

/** The files of a folder of the demo lab, as a submission. */
async function handedIn(folder: string): Promise<Entries> {
  const entries: Entries = {};
  for (const file of await readdir(join(DEMO_LAB, folder), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    entries[`${MINE}/${path.slice(join(DEMO_LAB, folder).length + 1)}`] = await readFile(path);
  }
  return entries;
}

/** Starts the real command on a commit with these files. */
async function startPr(folder: Folder, entries: Entries) {
  await writeFile(join(folder.path, "course.yaml"), "schema: compose-labs/course/v1\ntitle: Course\n");
  const head = await course.commit([base], entries);
  const where = ["--course", "course.yaml", "--repository", course.path, "--document", "document.json"];
  return startCli(["pr", ...where, "--base", base, "--head", head, "--report", "ctrf=ctrf.json"], {
    cwd: folder.path,
    env: { DEMO_LAB_TRACE: join(folder.path, "trace") },
  });
}

async function documentIn(folder: Folder): Promise<PullRequest | undefined> {
  const text = await readFile(join(folder.path, "document.json"), "utf8");
  return readResultOrPullRequest(text, "document.json").pullRequest;
}

/** A check of the lab writes its name when it begins. */
async function checkBegan(folder: Folder): Promise<void> {
  const watcher = watch(folder.path);
  try {
    for (;;) {
      const changed = once(watcher, "change");
      if ((await readFile(join(folder.path, "trace"), "utf8").catch(() => "")) !== "") return;
      await changed;
    }
  } finally {
    watcher.close();
  }
}

describe("pr, with stacks that run", () => {
  it("passes a right solution: 0", async () => {
    await using folder = await temporaryFolder();
    const { stdout, exitCode } = await (await startPr(folder, await handedIn("reference"))).ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1 submission was graded");
    expect(stdout).not.toMatch(/^::error/m);
    const [submission] = (await documentIn(folder))?.submissions ?? [];
    expect(submission).toMatchObject({ student: "alice", lab: "01-demo", result: { verdict: "graded" } });
    expect(submission?.result.score).toBe(submission?.result.maxScore);
  });

  it("marks the line of a wrong one, and reports it: 1", async () => {
    await using folder = await temporaryFolder();
    const wrong = { ...(await handedIn("reference")), ...(await handedIn("mutants/no-restart")) };
    const { stdout, exitCode } = await (await startPr(folder, wrong)).ended;
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^::error file=${MINE}/compose\\.yaml,line=\\d+`, "m"));
    const { summary } = JSON.parse(await readFile(join(folder.path, "ctrf.json"), "utf8")).results;
    expect(summary.failed).toBe(1);
  });
});

describe("pr, ended in a grading, leaves a valid document:", () => {
  const endless = async () => ({
    ...(await handedIn("reference")),
    [`${MINE}/Dockerfile`]: "FROM busybox:1.37\nRUN sleep 300\n",
  });

  it("by SIGTERM, that it was interrupted: 3", async () => {
    await using folder = await temporaryFolder();
    const run = await startPr(folder, await endless());
    await checkBegan(folder);
    run.kill("SIGTERM");
    const { stdout, exitCode } = await run.ended;
    expect(exitCode).toBe(3);
    expect(stdout).toContain("the run was interrupted by SIGTERM");
    expect(await documentIn(folder)).toMatchObject({
      submissions: [{ result: { verdict: "fault", score: null, fault: { code: "INTERRUPTED" } } }],
    });
  });

  it("by SIGKILL, that it was not done", async () => {
    await using folder = await temporaryFolder();
    const run = await startPr(folder, await endless());
    await checkBegan(folder);
    run.kill("SIGKILL");
    expect(await run.ended).toMatchObject({ exitCode: null, stdout: "" });
    expect(await documentIn(folder)).toMatchObject({
      verdict: "fault",
      fault: { code: "UNFINISHED" },
      submissions: [],
    });
  });
});
