import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { runProgram } from "../../src/submitting/run-program.ts";

/** The clone's folder on the machine, and the student's folder in the clone. */
export const CLONE = "my clone";
export const WORK = "submissions/01-demo";
const { signal } = new AbortController();

/** What a course has, by path. */
const COURSE = {
  "README.md": "The course\n",
  "course.yaml": "schema: compose-labs/course/v1\ntitle: Course\n",
  ".gitignore": "submissions/\n*.txt\n",
  "labs/01-demo/lab.yaml": "id: demo\n",
  "submissions/bob/01-demo/compose.yaml": "services: {}\n",
};
const CONFIG = "[user]\n\tname = A Student\n\temail = student@example.org\n[init]\n\tdefaultBranch = main\n";

/** In an empty folder: a bare course repository, a student's clone of it, and a machine with nothing but Git. */
export async function makeMachine(root: string): Promise<void> {
  const at = (name: string) => join(root, name);
  await Promise.all([mkdir(at("bin")), mkdir(at("home"))]);
  await writeFile(at("home/config"), CONFIG);
  for (const name of ["git", "sh", "cat"]) await symlink(await programNamed(name), join(at("bin"), name));
  const git = gitOn(environmentOf(root));
  await git(["init", "--quiet", "--bare", "--template=", "course.git"], root);
  await git(["init", "--quiet", "--template=", "first"], root);
  await writeTo(at("first"), COURSE);
  await git(["add", "--all", "--force"], at("first"));
  await git(["commit", "--quiet", "-m", "Begin"], at("first"));
  await git(["push", "--quiet", at("course.git"), "main"], at("first"));
  await git(["clone", "--quiet", "--template=", at("course.git"), CLONE], root);
  await writeTo(join(root, CLONE, WORK), { "compose.yaml": "services: {}\n", "notes.txt": "read\n" });
}

/** What a program of that machine is given. */
export const environmentOf = (root: string): NodeJS.ProcessEnv => ({
  PATH: join(root, "bin"),
  HOME: join(root, "home"),
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: join(root, "home/config"),
});

/** Git there; throws with its own words. */
export const gitOn = (env: NodeJS.ProcessEnv) => async (args: string[], folder: string) => {
  const answer = await runProgram("git", args, { folder, env, signal });
  if (answer?.exitCode === 0) return answer.stdout.trimEnd();
  throw new Error(`git ${args.join(" ")}: ${answer?.stderr}`);
};

export async function writeTo(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function programNamed(name: string): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if ((await readdir(folder).catch((): string[] => [])).includes(name)) return join(folder, name);
  }
  throw new Error(`this machine has no ${name}`);
}
