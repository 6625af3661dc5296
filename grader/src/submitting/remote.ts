import { faultError, usageError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";
import { type OwnGit, saidBy } from "./own-git.ts";

/** A remote of the clone, by its name in Git. */
export interface Remote {
  name: string;
  /** Where it is a repository of github.com. */
  github: GitHubName | undefined;
}

export interface GitHubName {
  owner: string;
  name: string;
}

export interface Remotes {
  /** What is pushed to. */
  own: Remote;
  /** What the pull request is for; the same as `own` where that is no fork. */
  course: Remote;
}

const COURSE = "upstream";

/** `own` is the remote named, and the course is `upstream` where there is one. Throws the usage error REMOTE_UNKNOWN. */
export async function readRemotes(git: OwnGit, name: string): Promise<Remotes> {
  const names = (await git.read(["remote"])).split("\n").filter((line) => line !== "");
  if (!names.includes(name)) {
    const found = names.length === 0 ? "no remote" : names.map((known) => neutralise(known)).join(", ");
    throw usageError("REMOTE_UNKNOWN", `found ${found}, expected a remote named ${neutralise(name)} to push to`, {
      hint: "Name one that `git remote` lists with --remote, or add yours: `git remote add origin <address>`.",
    });
  }
  const own = await readRemote(git, name);
  return { own, course: names.includes(COURSE) && name !== COURSE ? await readRemote(git, COURSE) : own };
}

async function readRemote(git: OwnGit, name: string): Promise<Remote> {
  // As it is written, and as the configuration makes an address of it.
  const written = await git.ask(["config", "--get", `remote.${name}.url`]);
  const resolved = await git.ask(["remote", "get-url", "--", name]);
  return { name, github: githubName(written.stdout.trim()) ?? githubName(resolved.stdout.trim()) };
}

const FORMS = [
  /^(?:https?|git|ssh):\/\/(?:[^@/]*@)?(?:www\.)?(?:ssh\.)?github\.com(?::\d+)?\/(?<owner>[\w.-]+)\/(?<name>[\w.-]+?)(?:\.git)?\/?$/i,
  /^(?:[^@/:]+@)?github\.com:\/?(?<owner>[\w.-]+)\/(?<name>[\w.-]+?)(?:\.git)?\/?$/i,
];

/** `https://github.com/owner/name.git`, `git@github.com:owner/name`; undefined for any other address. */
export function githubName(address: string): GitHubName | undefined {
  for (const form of FORMS) {
    const { owner, name } = form.exec(address)?.groups ?? {};
    if (owner !== undefined && name !== undefined) return { owner, name };
  }
  return undefined;
}

/** What a remote has, as far as handing in is concerned. */
export interface RemoteState {
  /** The course's default branch. */
  base: { branch: string; commit: string };
  /** The last commit of the student's branch; undefined where there is none yet. */
  earlier: string | undefined;
}

/** Asks the remotes. Throws the fault REMOTE_UNREACHABLE and the usage error REMOTE_EMPTY. */
export async function readRemoteState(git: OwnGit, { own, course }: Remotes, branch: string): Promise<RemoteState> {
  const ref = `refs/heads/${branch}`;
  const [ofCourse, ofOwn] = await Promise.all([listRemote(git, course, ["HEAD"]), listRemote(git, own, [ref])]);
  const head = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(ofCourse)?.[1];
  const commit = /^([0-9a-f]{40,64})\tHEAD$/m.exec(ofCourse)?.[1];
  if (head === undefined || commit === undefined) {
    throw usageError("REMOTE_EMPTY", `found no default branch with a commit at ${course.name}, expected the course`, {
      hint: `\`git remote get-url ${course.name}\` shows where it leads, which must be the course or your fork of it.`,
    });
  }
  const line = ofOwn.split("\n").find((text) => text.endsWith(`\t${ref}`));
  return { base: { branch: head, commit }, earlier: line?.split("\t")[0] };
}

async function listRemote(git: OwnGit, { name }: Remote, patterns: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await git.ask(["ls-remote", "--quiet", "--symref", "--", name, ...patterns]);
  if (exitCode === 0) return stdout;
  throw unreachable(name, stderr);
}

/** Gets commits without leaving a trace of them in the student's branches. */
export async function fetchCommit(git: OwnGit, { name }: Remote, branch: string): Promise<void> {
  const quiet = ["--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-auto-maintenance"];
  const { exitCode, stderr } = await git.ask([
    "fetch",
    ...quiet,
    "--no-write-fetch-head",
    "--refmap=",
    "--",
    name,
    `refs/heads/${branch}`,
  ]);
  if (exitCode !== 0) throw unreachable(name, stderr);
}

function unreachable(name: string, stderr: string) {
  return faultError("REMOTE_UNREACHABLE", `${neutralise(name)} gave no answer (${saidBy(stderr)})`, {
    hint: `Nothing was handed in. Try \`git fetch ${neutralise(name)}\`: it must work first. Then submit again.`,
  });
}
