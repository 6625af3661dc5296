import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file of a commit: text or bytes, a link, an executable, a submodule; undefined takes it away. */
type Entry = string | Buffer | { link: string } | { executable: string } | { submodule: string } | undefined;
/** By path; a path may be any bytes, as latin1 text behind `raw:`. */
export type Entries = Record<string, Entry>;

export interface CourseRepository extends AsyncDisposable {
  /** A bare repository. */
  path: string;
  /** A commit with these changes on another one, on nothing if it is undefined; its hash. */
  commit(parents: string[], entries: Entries): Promise<string>;
  git(args: string[], input?: string | Buffer): Promise<string>;
}

const WHO = { name: "Test", email: "test@example.org", date: "2026-01-01T00:00:00Z" };

/** A real repository, written by plumbing: no checkout, so that names may be what no file system takes. */
export async function courseRepository(): Promise<CourseRepository> {
  const path = await mkdtemp(join(tmpdir(), "course-repository-"));
  const env = {
    PATH: process.env["PATH"],
    HOME: path,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_INDEX_FILE: join(path, "test-index"),
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((role) =>
        Object.entries(WHO).map(([key, value]) => [`GIT_${role}_${key.toUpperCase()}`, value]),
      ),
    ),
  };
  const git = (args: string[], input: string | Buffer = "") =>
    new Promise<string>((done, failed) => {
      const child = execFile("git", args, { cwd: path, env, encoding: "latin1" }, (error, stdout) =>
        error ? failed(error) : done(stdout.trim()),
      );
      // A command that reads nothing may have ended before.
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  await git(["init", "--quiet", "--bare", "."]);

  async function indexLine(name: string, entry: Entry): Promise<Buffer> {
    const named = name.startsWith("raw:") ? Buffer.from(name.slice(4), "latin1") : Buffer.from(name);
    const [mode, content] = modeOf(entry);
    const hash =
      mode === "0"
        ? "0".repeat(40)
        : mode === "160000"
          ? content.toString()
          : await git(["hash-object", "-w", "--stdin"], content);
    return Buffer.concat([Buffer.from(`${mode} ${hash}\t`), named, Buffer.from([0])]);
  }

  return {
    path,
    git,
    async commit(parents, entries) {
      await git(["read-tree", ...(parents[0] === undefined ? ["--empty"] : [parents[0]])]);
      const lines = await Promise.all(Object.entries(entries).map(([name, entry]) => indexLine(name, entry)));
      // Names that Git itself would not check out are refused by `add`, and by this without the setting.
      await git(
        ["-c", "core.protectNTFS=false", "-c", "core.protectHFS=false", "update-index", "-z", "--index-info"],
        Buffer.concat(lines),
      );
      const tree = await git(["write-tree"]);
      return git(["commit-tree", tree, "-m", "Change", ...parents.flatMap((parent) => ["-p", parent])]);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

function modeOf(entry: Entry): [mode: string, content: Buffer] {
  if (entry === undefined) return ["0", Buffer.alloc(0)];
  if (typeof entry === "string") return ["100644", Buffer.from(entry)];
  if (Buffer.isBuffer(entry)) return ["100644", entry];
  if ("link" in entry) return ["120000", Buffer.from(entry.link)];
  if ("executable" in entry) return ["100755", Buffer.from(entry.executable)];
  return ["160000", Buffer.from(entry.submodule)];
}
