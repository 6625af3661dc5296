import { randomUUID } from "node:crypto";
import { lstat, mkdtemp, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DEMO_LAB } from "../../run-cli.ts";
import { git } from "./git.ts";

const project = resolve(import.meta.dirname, "../../../..");

export const COURSE = "school/course";
/** A course with labs of its own that takes the grader from `COURSE`. */
export const OTHER_COURSE = "college/containers";

/** What a path becomes: text, bytes, a program, a link, a commit of another repository, or nothing any more. */
type Entry = string | Buffer | { program: string } | { link: string } | { submodule: string } | undefined;
export type Entries = Record<string, Entry>;

/** One commit on top of `base`. */
interface CommitOptions {
  parents: readonly string[];
  changes: Entries;
}

export interface CourseRepository extends AsyncDisposable {
  /** A folder for everything else that goes at the end. */
  folder: string;
  /** Bare repositories by owner/name: the courses and the forks. */
  repositories: Map<string, string>;
  /** The default branch's first and last commit. */
  oldBase: string;
  base: string;
  /** The last commit of the other course. */
  otherBase: string;
  /** Makes a commit in the student's clone. */
  commit(options: CommitOptions): Promise<string>;
  /** Pushes a commit to a branch of the course or of a fork of it, and gives the course `refs/pull/<number>/head`. */
  push(options: { commit: string; to: string; branch: string; number: number; course?: string }): Promise<void>;
}

/** A course repository made of this project's tree and two small labs, and a clone of it to work in. */
export async function createCourseRepository(): Promise<CourseRepository> {
  const folder = await mkdtemp(join(tmpdir(), "course-repository-"));
  const repositories = new Map<string, string>();
  const clone = join(folder, "clone");
  await createBare(folder, COURSE, repositories);
  await createBare(folder, OTHER_COURSE, repositories);
  await git(folder, ["init", "--quiet", clone]);
  // Names that other systems' Git refuses to check out can be committed, too.
  await git(clone, ["config", "core.protectNTFS", "false"]);
  const repository: CourseRepository = {
    folder,
    repositories,
    oldBase: "",
    base: "",
    otherBase: "",
    commit: (options) => commit(clone, options),
    async push({ commit: sha, to, branch, number, course = COURSE }) {
      const target = repositories.get(to) ?? (await createBare(folder, to, repositories));
      await git(clone, ["push", "--quiet", "--force", pathToFileURL(target).href, `${sha}:refs/heads/${branch}`]);
      // As GitHub does: what a fork has of a pull request is in the repository that it is for, too.
      const bare = repositories.get(course) ?? "";
      await git(bare, [
        "fetch",
        "--quiet",
        pathToFileURL(target).href,
        `+refs/heads/${branch}:refs/pull/${number}/head`,
      ]);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  const tree = await commitProject(clone);
  repository.oldBase = await commit(clone, { parents: [tree], changes: await labs() });
  repository.base = await commit(clone, {
    parents: [repository.oldBase],
    changes: { "NEWS.md": "Lab 02 is open.\n", ...(await merged()) },
  });
  const layout = "schema: compose-labs/course/v1\ntitle: Containers\nsubmissions: work/{lab}/{student}\n";
  repository.otherBase = await commit(clone, { parents: [], changes: { ...(await labs()), "course.yaml": layout } });
  await git(clone, ["push", "--quiet", repositories.get(COURSE) ?? "", `${repository.base}:refs/heads/main`]);
  await git(clone, [
    "push",
    "--quiet",
    repositories.get(OTHER_COURSE) ?? "",
    `${repository.otherBase}:refs/heads/main`,
  ]);
  return repository;
}

/** What students handed in before: alice's has another name that Compose knows too. */
async function merged(): Promise<Entries> {
  const alice = "submissions/alice/02-again";
  const { [`${alice}/compose.yaml`]: compose, ...rest } = await solution(alice);
  return { ...rest, [`${alice}/compose.yml`]: compose, ...(await solution("submissions/bob/01-demo", "no-restart")) };
}

async function createBare(folder: string, name: string, repositories: Map<string, string>): Promise<string> {
  const bare = join(folder, `${name.replace("/", "-")}.git`);
  await git(folder, ["init", "--quiet", "--bare", bare]);
  // GitHub hands out any commit that it has by its hash.
  await git(bare, ["config", "uploadpack.allowAnySHA1InWant", "true"]);
  repositories.set(name, bare);
  return bare;
}

/** The project as it stands, with what is new in it and not ignored. */
async function commitProject(clone: string): Promise<string> {
  const env = { GIT_INDEX_FILE: join(clone, "..", "project-index") };
  await git(clone, ["--work-tree", project, "add", "--all", "."], { env });
  return writeCommit(clone, env, []);
}

/** The demo lab, and once more under another name: the project's own would only take time. */
async function labs(): Promise<Entries> {
  const again = await readEntries(DEMO_LAB, "labs/02-again");
  const manifest = String(again["labs/02-again/lab.yaml"]).replace("id: demo", "id: again");
  return { ...(await readEntries(DEMO_LAB, "labs/01-demo")), ...again, "labs/02-again/lab.yaml": manifest };
}

async function readEntries(from: string, to: string): Promise<Entries> {
  const listed = (await git(project, ["ls-files", "-z", "--", from])).split("\0").filter((path) => path !== "");
  const entries: Entries = {};
  for (const path of listed) {
    const file = join(project, path);
    const isLink = (await lstat(file)).isSymbolicLink();
    entries[`${to}/${relative(from, file)}`] = isLink ? { link: await readlink(file) } : await readFile(file);
  }
  return entries;
}

async function commit(clone: string, { parents, changes }: CommitOptions): Promise<string> {
  const index = await mkdtemp(join(clone, "..", "index-"));
  const env = { GIT_INDEX_FILE: join(index, "index") };
  await git(clone, ["read-tree", parents[0] ?? "--empty"], { env });
  const lines: string[] = [];
  for (const [path, entry] of Object.entries(changes)) lines.push(await indexLine(clone, path, entry));
  if (lines.length > 0) await git(clone, ["update-index", "-z", "--index-info"], { env, input: lines.join("") });
  const made = await writeCommit(clone, env, parents);
  await rm(index, { recursive: true });
  return made;
}

/** For `git update-index -z --index-info`: names that no file system would take can be written too. */
async function indexLine(clone: string, path: string, entry: Entry): Promise<string> {
  if (entry === undefined) return `0 ${"0".repeat(40)}\t${path}\0`;
  if (typeof entry === "object" && "submodule" in entry) return `160000 ${entry.submodule}\t${path}\0`;
  const [mode, content] =
    typeof entry === "string" || Buffer.isBuffer(entry)
      ? ["100644", entry]
      : "link" in entry
        ? ["120000", entry.link]
        : ["100755", entry.program];
  const file = join(clone, "..", "blob");
  await writeFile(file, content);
  const blob = await git(clone, ["hash-object", "-w", "--no-filters", file]);
  return `${mode} ${blob}\t${path}\0`;
}

/** Equal trees become commits of their own, as they do where clocks go. */
async function writeCommit(clone: string, env: Record<string, string>, parents: readonly string[]): Promise<string> {
  const tree = await git(clone, ["write-tree"], { env });
  const args = parents.flatMap((parent) => ["-p", parent]);
  return git(clone, ["commit-tree", ...args, "-m", `Hand in ${randomUUID()}`, tree], { env });
}

/** The demo lab's right solution as a submission, or a wrong one: the files of a mutant over it. */
export async function solution(folder: string, mutant?: string): Promise<Entries> {
  const right = await readEntries(join(DEMO_LAB, "reference"), folder);
  return mutant === undefined ? right : { ...right, ...(await readEntries(join(DEMO_LAB, "mutants", mutant), folder)) };
}
