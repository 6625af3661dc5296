import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LabError } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { handIn } from "../../src/submitting/hand-in.ts";
import { openOwnGit } from "../../src/submitting/own-git.ts";
import { githubName } from "../../src/submitting/remote.ts";
import { studentName } from "../../src/submitting/student.ts";
import { temporaryFolder } from "../run-cli.ts";
import { BRANCH, FOLDER, resultOf, type StudentClone, studentClone } from "./student-clone.ts";

/** `kind CODE: message`, and the hint below it. */
async function errorOf(work: Promise<unknown>): Promise<string> {
  const error: LabError = await work.then(
    () => {
      throw new Error("it went well");
    },
    (thrown) => thrown,
  );
  return `${error.kind} ${error.code}: ${error.message}\n${error.hint}`;
}

const isPushed = async ({ git, course }: StudentClone) => (await git(["branch", "--list", BRANCH], course)) !== "";

describe("without", () => {
  const signal = new AbortController().signal;

  it("Git on the machine", async () => {
    await using folder = await temporaryFolder();
    const opened = openOwnGit(folder.path, { environment: { PATH: folder.path }, signal, isInteractive: false });
    expect(await errorOf(opened)).toMatchInlineSnapshot(`
      "fault PROGRAM_MISSING: found no git on this machine, expected it to make the commit and to push it
      Install Git (https://git-scm.com), or hand in one archive: \`grader submit <lab> --bundle\`."
    `);
  });

  it("a repository, whatever the environment points at", async () => {
    await using clone = await studentClone();
    const environment = { ...clone.environment, GIT_DIR: join(clone.path, ".git"), GIT_WORK_TREE: clone.path };
    const folder = join(clone.path, "..");
    const opened = errorOf(openOwnGit(folder, { environment, signal, isInteractive: false }));
    expect((await opened).replace(folder, "<folder>")).toMatchInlineSnapshot(`
      "usage REPOSITORY_ABSENT: <folder>: found no working tree of Git (not a git repository (or any of the parent directories): .git)
      Run it in your clone of the course, or name the clone with --repository. Without Git there is \`--bundle\`."
    `);
    const inside = await openOwnGit(clone.work, { environment, signal, isInteractive: false });
    expect(inside.folder).toBe(clone.path);
  });

  it("a folder there", async () => {
    await using folder = await temporaryFolder();
    const opened = openOwnGit(join(folder.path, "none"), { environment: process.env, signal, isInteractive: false });
    expect(await errorOf(opened)).toContain("none: found no working tree of Git (it is no folder)");
  });

  it("room for a file in the repository", async () => {
    await using clone = await studentClone();
    const hash = await clone.git(["hash-object", "submissions/01-demo/notes.txt"]);
    const inTheWay = join(clone.path, ".git/objects", hash.slice(0, 2));
    await rm(inTheWay, { recursive: true, force: true });
    await writeFile(inTheWay, "");
    expect(await errorOf(clone.prepare())).toMatchInlineSnapshot(`
      "fault GIT_FAILED: git hash-object exited with 128 (unable to create temporary file: Not a directory)
      Nothing was handed in, and your files are as they were. \`git fsck\` tells whether the clone is whole."
    `);
  });

  it("the remote, or any", async () => {
    await using clone = await studentClone();
    expect(await errorOf(clone.prepare({ remote: "fork" }))).toMatchInlineSnapshot(`
      "usage REMOTE_UNKNOWN: found origin, expected a remote named fork to push to
      Name one that \`git remote\` lists with --remote, or add yours: \`git remote add origin <address>\`."
    `);
    await clone.git(["remote", "remove", "origin"]);
    expect(await errorOf(clone.prepare())).toContain("usage REMOTE_UNKNOWN: found no remote, expected");
  });

  it("a name and an address to commit with", async () => {
    await using clone = await studentClone();
    await clone.git(["config", "--global", "--unset", "user.email"]);
    expect(await errorOf(clone.prepare())).toMatchInlineSnapshot(`
      "usage IDENTITY_MISSING: found no user.name and user.email in Git, expected both for the commit
      Tell Git once:
      git config --global user.name "Your Name"
      git config --global user.email you@example.org"
    `);
    await clone.git(["config", "user.email", "me@example.org"]);
    expect(await clone.submit()).toMatchObject({ pushed: true });
  });

  it("a file that the lab takes", async () => {
    await using clone = await studentClone();
    await rm(clone.work, { recursive: true });
    expect(await errorOf(clone.prepare())).toContain("usage SUBMISSION_MISSING: found no folder");
    await clone.write({ "TASK.md": "the task\n" });
    expect(await errorOf(clone.prepare())).toContain("usage SUBMISSION_EMPTY: found no file");
  });
});

describe("a remote", () => {
  it("that gives no answer is a fault", async () => {
    await using clone = await studentClone();
    await rm(clone.course, { recursive: true });
    const said = await errorOf(clone.prepare());
    expect(said.replace(clone.course, "<course>")).toMatchInlineSnapshot(`
      "fault REMOTE_UNREACHABLE: origin gave no answer ('<course>' does not appear to be a git repository)
      Nothing was handed in. Try \`git fetch origin\`: it must work first. Then submit again."
    `);
  });

  it("may give none when the commits are asked for", async () => {
    await using clone = await studentClone();
    const git = await openOwnGit(clone.path, {
      environment: clone.environment,
      signal: new AbortController().signal,
      isInteractive: false,
    });
    const ask: typeof git.ask = async (args, options) => {
      const answer = await git.ask(args, options);
      if (args[0] === "ls-remote") await rm(clone.course, { recursive: true, force: true });
      return answer;
    };
    expect(await errorOf(clone.prepare({ git: { ...git, ask } }))).toContain(
      "fault REMOTE_UNREACHABLE: origin gave no",
    );
  });

  it("without a commit is no course", async () => {
    await using clone = await studentClone();
    const empty = join(clone.path, "../empty.git");
    await clone.git(["init", "--quiet", "--bare", empty]);
    await clone.git(["remote", "set-url", "origin", empty]);
    expect(await errorOf(clone.prepare())).toMatchInlineSnapshot(`
      "usage REMOTE_EMPTY: found no default branch with a commit at origin, expected the course
      \`git remote get-url origin\` shows where it leads, which must be the course or your fork of it."
    `);
  });

  it("that refuses the branch is quoted", async () => {
    await using clone = await studentClone();
    const hook = join(clone.course, "hooks/pre-receive");
    await mkdir(join(clone.course, "hooks"));
    await writeFile(hook, "#!/bin/sh\necho '::error::Labs are closed\x1b[31m since Monday.' >&2\nexit 1\n");
    await chmod(hook, 0o755);
    expect(await errorOf(clone.submit())).toMatchInlineSnapshot(`
      "usage PUSH_REJECTED: origin did not take your branch submit/alice/01-demo (pre-receive hook declined)
      It says: : :error::Labs are closed since Monday.
      Push to a repository of your own: fork the course, or ask who runs it. Your files are as they were."
    `);
    expect(await isPushed(clone)).toBe(false);
  });

  it("that ends without a word about the branch is quoted, too", async () => {
    await using clone = await studentClone();
    const prepared = await clone.prepare();
    await rm(clone.course, { recursive: true });
    const said = await errorOf(handIn(prepared, resultOf(prepared)));
    expect(said.split("\n")[0]?.replace(clone.course, "<course>")).toMatchInlineSnapshot(
      `"usage PUSH_REJECTED: origin did not take your branch submit/alice/01-demo ('<course>' does not appear to be a git repository)"`,
    );
  });
});

describe("the branch", () => {
  it("that got another commit while the files were graded is not overwritten", async () => {
    await using clone = await studentClone();
    const here = await clone.prepare();
    await clone.write({ "notes.txt": "there\n" });
    const there = await clone.submit();
    expect(await errorOf(handIn(here, resultOf(here)))).toMatchInlineSnapshot(`
      "usage BRANCH_MOVED: submit/alice/01-demo got another commit meanwhile (non-fast-forward)
      Somebody pushed to it, perhaps you on another machine. Submit again: your commit goes on top of that one."
    `);
    expect(await clone.git(["rev-parse", BRANCH], clone.course)).toBe(there.commit);
  });

  it("that holds more than the submission is left alone", async () => {
    await using clone = await studentClone();
    await clone.git(["checkout", "--quiet", "-b", "by-hand"]);
    await writeFile(join(clone.path, "README.md"), "mine\n");
    await clone.git(["commit", "--quiet", "--all", "-m", "By hand"]);
    await clone.git(["push", "--quiet", "origin", `HEAD:${BRANCH}`]);
    expect(await errorOf(clone.prepare())).toMatchInlineSnapshot(`
      "usage BRANCH_FOREIGN: the branch submit/alice/01-demo was pushed before with README.md, expected only submissions/alice/01-demo
      Rename that branch or delete it where it was pushed to, and submit again."
    `);
    await clone.git(["checkout", "--quiet", "--orphan", "another"]);
    await clone.git(["commit", "--quiet", "-m", "Another history"]);
    await clone.git(["push", "--quiet", "--force", "origin", `HEAD:${BRANCH}`]);
    expect(await errorOf(clone.prepare())).toContain(
      `the branch ${BRANCH} was pushed before with a history that is not the course's, expected only ${FOLDER}`,
    );
  });

  it("needs the commits that it shares with the course", async () => {
    await using clone = await studentClone();
    await clone.submit();
    await clone.git(["commit", "--quiet", "--allow-empty", "-m", "Go on"]);
    await clone.git(["push", "--quiet", "origin", "main"]);
    const path = join(clone.path, "../shallow");
    await clone.git(["clone", "--quiet", "--depth=1", `file://${clone.course}`, path]);
    await clone.write({ "notes.txt": "again\n" });
    expect(await errorOf(clone.prepare({ path }))).toMatchInlineSnapshot(`
      "usage HISTORY_SHALLOW: your clone was made with --depth and lacks the commits between, expected them
      Get the rest with \`git fetch --unshallow\`, and submit again."
    `);
    await clone.git(["fetch", "--quiet", "--unshallow"], path);
    expect(await clone.submit({ path })).toMatchObject({ kind: "again", pushed: true });
  });
});

it("is refused beside a folder of the same name in other capitals, as grader pr refuses it", async () => {
  await using clone = await studentClone();
  await mkdir(join(clone.path, "submissions/Alice/01-demo"), { recursive: true });
  await writeFile(join(clone.path, "submissions/Alice/01-demo/notes.txt"), "hers\n");
  await clone.git(["add", "--force", "submissions/Alice"]);
  await clone.git(["commit", "--quiet", "-m", "Take over"]);
  await clone.git(["push", "--quiet", "origin", "main"]);
  expect(await errorOf(clone.prepare())).toContain(
    "usage PULL_REQUEST_REFUSED: the course would refuse your pull request: submissions/alice is one and the same as submissions/Alice",
  );
});

it("is refused with more files than grader pr looks into", async () => {
  await using clone = await studentClone();
  const many = (name: string) => Object.fromEntries(Array.from({ length: 110 }, (_, at) => [`site/${name}${at}`, "p"]));
  await clone.write(many("a"));
  const { commit } = await clone.submit();
  await clone.git(["update-ref", "refs/heads/main", commit], clone.course);
  await rm(join(clone.work, "site"), { recursive: true });
  await clone.write(many("b"));
  expect(await errorOf(clone.prepare())).toMatchInlineSnapshot(`
    "usage PULL_REQUEST_REFUSED: the course would refuse your pull request: it found 220 changed files, expected at most 200
    Take dependencies, build output and other files that the task does not ask for out of the pull request.
    Nothing was handed in."
  `);
});

it("ends when it is interrupted", async () => {
  await using clone = await studentClone();
  const interruption = new AbortController();
  await clone.git(["remote", "set-url", "origin", "ext::cat"]);
  await clone.git(["config", "protocol.ext.allow", "always"]);
  const git = await openOwnGit(clone.path, {
    environment: clone.environment,
    signal: interruption.signal,
    isInteractive: false,
  });
  const ask: typeof git.ask = (args, options) => {
    const answer = git.ask(args, options);
    if (args[0] === "ls-remote") setImmediate(() => interruption.abort(new Error("Ctrl-C")));
    return answer;
  };
  await expect(clone.prepare({ git: { ...git, ask }, signal: interruption.signal })).rejects.toThrow("Ctrl-C");
});

describe("who the student is", () => {
  const remote = (name: string, owner: string) => ({ name, github: { owner, name: "course" } });
  const fork = { own: remote("origin", "dora"), course: remote("upstream", "school") };
  const same = { own: remote("origin", "school"), course: remote("origin", "school") };

  it.for([
    ["the name on the command line first", { named: "alice", login: "Alice", remotes: fork }, "alice"],
    ["then the login of gh", { named: undefined, login: "bob", remotes: fork }, "bob"],
    ["then the owner of the fork", { named: undefined, login: undefined, remotes: fork }, "dora"],
    ["any name that a path and a branch may have", { named: "a.b-c_d9", login: undefined, remotes: same }, "a.b-c_d9"],
  ] as const)("is %s", ([, sources, expected]) => {
    expect(studentName(sources)).toBe(expected);
  });

  it("must be known, and be one person", async () => {
    const none = { named: undefined, login: undefined };
    const named = async (sources: Parameters<typeof studentName>[0]) => studentName(sources);
    expect(await errorOf(named({ ...none, remotes: same }))).toMatchInlineSnapshot(`
      "usage STUDENT_UNKNOWN: found nothing that says who you are, expected your login at GitHub
      Say it: --student <login>. With a fork as \`origin\` and the course as \`upstream\` it is known, too."
    `);
    expect(await errorOf(named({ ...none, remotes: undefined }))).toContain("usage STUDENT_UNKNOWN");
    expect(await errorOf(named({ named: "alice", login: "bob", remotes: fork }))).toMatchInlineSnapshot(`
      "usage STUDENT_OTHER: --student names alice, and gh is logged in as bob, who would open the pull request
      A pull request may only change the folder of who opens it. Leave --student out, or \`gh auth switch\`."
    `);
  });

  it.for(["", "..", "-x", "a/b", "a..b", "alice.", "a.lock", "ä", "a b", "a\n::error::b", "x".repeat(65)])(
    "can not be %j",
    async (named) => {
      const name = async () => studentName({ named, login: undefined, remotes: undefined });
      expect(await errorOf(name())).toMatch(
        /^usage STUDENT_INVALID: found the student [^\n]*, expected a name of letters/,
      );
    },
  );
});

describe("an address", () => {
  it.for([
    "https://github.com/school/course.git",
    "https://github.com/school/course",
    "https://alice:token@github.com/school/course/",
    "git@github.com:school/course.git",
    "github.com:school/course",
    "ssh://git@github.com/school/course.git",
    "ssh://git@ssh.github.com:443/school/course.git",
    "git://github.com/school/course",
    "HTTPS://GitHub.com/school/course",
  ])("of GitHub: %s", (address) => {
    expect(githubName(address)).toEqual({ owner: "school", name: "course" });
  });

  it.for([
    "https://gitlab.com/school/course.git",
    "https://github.com.example.org/school/course",
    "https://example.org/github.com/school/course",
    "git@example.org:github.com/school/course",
    "/srv/github.com/school/course",
    "https://github.com/school",
    "https://github.com/school/course/pull/7",
    "",
  ])("of another place: %s", (address) => {
    expect(githubName(address)).toBeUndefined();
  });
});
