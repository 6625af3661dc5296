import { chmod, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLab, type Result } from "@compose-labs/lab";
import { afterAll } from "vitest";
import { sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { readChanges } from "../../src/pull-request/changes.ts";
import { openGit } from "../../src/pull-request/git.ts";
import { planPullRequest } from "../../src/pull-request/plan.ts";
import { readSubmissions } from "../../src/pull-request/submission-files.ts";
import {
  type HandedIn,
  type HandInOptions,
  handIn,
  type Prepared,
  prepareHandIn,
} from "../../src/submitting/hand-in.ts";
import { openOwnGit } from "../../src/submitting/own-git.ts";
import { runProgram } from "../../src/submitting/run-program.ts";
import { DEMO_LAB, temporaryFolder } from "../run-cli.ts";
import { CLONE, environmentOf, gitOn, makeMachine, WORK, writeTo } from "./machine.ts";

const LABS = join(DEMO_LAB, "..");
const LAB = await loadLab(DEMO_LAB);
const LAYOUT = "submissions/{student}/{lab}";
export const FOLDER = "submissions/alice/01-demo";
export const BRANCH = "submit/alice/01-demo";
const signal = new AbortController().signal;

export interface StudentClone extends AsyncDisposable {
  /** The working tree. */
  path: string;
  /** Bare. */
  course: string;
  /** The student's folder in the working tree. */
  work: string;
  environment: NodeJS.ProcessEnv;
  /** In the working tree, or elsewhere. */
  git(args: string[], folder?: string): Promise<string>;
  write(files: Record<string, string | Buffer>): Promise<void>;
  prepare(options?: Partial<HandInOptions> & { path?: string }): Promise<Prepared>;
  /** Prepares and hands in, as if it had been graded. */
  submit(options?: Partial<HandInOptions> & { path?: string }): Promise<Prepared & HandedIn>;
  /** All that must stay as it is: status, index, branches, tags, stashes, configuration, FETCH_HEAD. */
  state(): Promise<unknown>;
  /** A program of the student's machine, found before any other. */
  program(name: string, script: string): Promise<void>;
}

/** Made once, then copied for each test. */
const template = await temporaryFolder();
afterAll(() => template[Symbol.asyncDispose]());
await makeMachine(template.path);

/** A bare course repository and a student's clone of it, on a machine with nothing but Git. */
export async function studentClone(): Promise<StudentClone> {
  const root = await temporaryFolder();
  await cp(template.path, root.path, { recursive: true, verbatimSymlinks: true });
  const at = (name: string) => join(root.path, name);
  const [path, course, work] = [at(CLONE), at("course.git"), at(join(CLONE, WORK))];
  const environment = environmentOf(root.path);
  const onMachine = gitOn(environment);
  const git = (args: string[], folder = path) => onMachine(args, folder);
  await git(["remote", "set-url", "origin", course]);

  let times = 0;
  const clone: StudentClone = {
    path,
    course,
    work,
    environment,
    git,
    write: (files) => writeTo(work, files),
    async prepare({ path: from = path, ...options } = {}) {
      times += 1;
      await mkdir(at(`temporary-${times}`));
      return prepareHandIn({
        git: await openOwnGit(from, { environment, signal, isInteractive: false }),
        lab: LAB,
        folder: work,
        layout: LAYOUT,
        slugs: ["01-demo"],
        labs: LABS,
        remote: "origin",
        student: "alice",
        environment,
        signal,
        temporary: at(`temporary-${times}`),
        ...options,
      });
    },
    async submit(options) {
      const prepared = await clone.prepare(options);
      return { ...prepared, ...(await handIn(prepared, resultOf(prepared))) };
    },
    async state() {
      const inGit = await readdir(join(path, ".git"));
      return {
        status: await git([
          "--no-optional-locks",
          "status",
          "--porcelain=v2",
          "--branch",
          "--ignored",
          "--untracked-files=all",
        ]),
        index: await readFile(join(path, ".git/index"), "hex"),
        refs: await git(["for-each-ref", "refs/heads", "refs/tags", "refs/stash"]),
        head: await readFile(join(path, ".git/HEAD"), "utf8"),
        inGit: inGit.filter((name) => name !== "COMMIT_EDITMSG").sort(),
        config: await readFile(join(path, ".git/config"), "utf8"),
      };
    },
    async program(name, script) {
      await writeFile(at(join("bin", name)), `#!/bin/sh\n${script}`);
      await chmod(at(join("bin", name)), 0o755);
    },
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
  return clone;
}

/** A result of the very files that were prepared. */
export function resultOf({ submitted }: Pick<Prepared, "submitted">, change: Partial<Result> = {}): Result {
  const result = sampleResult();
  return { ...result, submission: { ...result.submission, digest: submitted.digest }, ...change };
}

/** Files of a commit in a bare repository: mode and content by path. */
export async function filesAt(clone: StudentClone, revision: string, folder = FOLDER): Promise<Record<string, string>> {
  const listing = await clone.git(["ls-tree", "-r", "-z", `${revision}:${folder}`], clone.course);
  const files: Record<string, string> = {};
  for (const line of listing.split("\0").filter((text) => text !== "")) {
    const [about = "", path = ""] = line.split("\t");
    const [mode, , hash = ""] = about.split(" ");
    const options = { folder: clone.course, env: clone.environment, signal };
    const answer = await runProgram("git", ["cat-file", "blob", hash], options);
    files[path] = `${mode} ${answer?.stdout}`;
  }
  return files;
}

/** What `grader pr` plans for a branch of the course's repository, and the files that it would grade. */
export async function acceptedBy(clone: StudentClone, branch = BRANCH, bare = clone.course) {
  const git = openGit(bare, { environment: clone.environment, signal });
  const commitOf = (name: string) => clone.git(["rev-parse", `refs/heads/${name}`], bare);
  const [base, head] = [await commitOf("main"), await commitOf(branch)];
  const changes = await readChanges(git, { base, head });
  if (typeof changes === "string") throw new Error(changes);
  const { folders, findings } = planPullRequest({ changes, layout: LAYOUT, author: "alice", labs: ["01-demo"] });
  const read = await readSubmissions(folders, { git, head, labs: LABS });
  return {
    folders: folders.map(({ folder }) => folder),
    findings: [...findings, ...read.findings],
    submissions: read.submissions,
  };
}
