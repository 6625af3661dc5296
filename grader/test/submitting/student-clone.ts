import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { loadLab, type Result } from "@compose-labs/lab";
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

const LABS = join(DEMO_LAB, "..");
const LAB = await loadLab(DEMO_LAB);
const LAYOUT = "submissions/{student}/{lab}";
export const FOLDER = "submissions/alice/01-demo";
export const BRANCH = "submit/alice/01-demo";
const signal = new AbortController().signal;

/** What a course has, by path. */
const COURSE = {
  "README.md": "The course\n",
  "course.yaml": "schema: compose-labs/course/v1\ntitle: Course\n",
  ".gitignore": "submissions/\n*.txt\n",
  "labs/01-demo/lab.yaml": "id: demo\n",
  "submissions/bob/01-demo/compose.yaml": "services: {}\n",
};
const CONFIG = "[user]\n\tname = A Student\n\temail = student@example.org\n[init]\n\tdefaultBranch = main\n";

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

/** A bare course repository and a student's clone of it, on a machine with nothing but Git. */
export async function studentClone(): Promise<StudentClone> {
  const root = await temporaryFolder();
  const at = (name: string) => join(root.path, name);
  const [path, course, bin] = [at("my clone"), at("course.git"), at("bin")];
  const environment: NodeJS.ProcessEnv = {
    PATH: bin,
    HOME: at("home"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: at("home/config"),
  };
  await Promise.all([mkdir(bin), mkdir(at("home"))]);
  await writeFile(at("home/config"), CONFIG);
  for (const name of ["git", "sh", "cat", "sleep"]) await symlink(await programNamed(name), join(bin, name));
  const git = async (args: string[], folder = path) => {
    const answer = await runProgram("git", args, { folder, env: environment, signal });
    if (answer?.exitCode === 0) return answer.stdout.trimEnd();
    throw new Error(`git ${args.join(" ")}: ${answer?.stderr}`);
  };
  const writeTo = async (folder: string, files: Record<string, string | Buffer>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  };
  await git(["init", "--quiet", "--bare", course], root.path);
  await git(["init", "--quiet", at("first")], root.path);
  await writeTo(at("first"), COURSE);
  await git(["add", "--all", "--force"], at("first"));
  await git(["commit", "--quiet", "-m", "Begin"], at("first"));
  await git(["push", "--quiet", course, "main"], at("first"));
  await git(["clone", "--quiet", course, path], root.path);
  const work = join(path, "submissions/01-demo");
  await writeTo(work, { "compose.yaml": "services: {}\n", "notes.txt": "read\n" });

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
        status: await git(["status", "--porcelain=v2", "--branch", "--ignored", "--untracked-files=all"]),
        index: await readFile(join(path, ".git/index"), "hex"),
        refs: await git(["for-each-ref", "refs/heads", "refs/tags", "refs/stash"]),
        head: await readFile(join(path, ".git/HEAD"), "utf8"),
        inGit: inGit.filter((name) => name !== "COMMIT_EDITMSG").sort(),
        config: await readFile(join(path, ".git/config"), "utf8"),
      };
    },
    async program(name, script) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}`);
      await chmod(join(bin, name), 0o755);
    },
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
  return clone;
}

async function programNamed(name: string): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if ((await readdir(folder).catch((): string[] => [])).includes(name)) return join(folder, name);
  }
  throw new Error(`this machine has no ${name}`);
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
