import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { handIn } from "../../src/submitting/hand-in.ts";
import { acceptedBy, BRANCH, FOLDER, filesAt, resultOf, type StudentClone, studentClone } from "./student-clone.ts";

const COMPOSE = "100644 services: {}\n";

/** Title, author and number of parents of each commit that the branch has and the course has not. */
const historyOf = (clone: StudentClone) =>
  clone
    .git(["log", "--format=%s, %an <%ae>, %p", `main..${BRANCH}`], clone.course)
    .then((text) => text.split("\n").map((line) => line.replace(/[0-9a-f]{7,}/g, "parent")));

describe("a first submission", () => {
  it("is one commit on the course with that folder alone, which grader pr accepts", async () => {
    await using clone = await studentClone();
    const { kind, pushed, folder, branch, student } = await clone.submit();
    expect({ kind, pushed, folder, branch, student }).toEqual({
      kind: "first",
      pushed: true,
      folder: FOLDER,
      branch: BRANCH,
      student: "alice",
    });
    expect(await filesAt(clone, BRANCH)).toEqual({ "compose.yaml": COMPOSE, "notes.txt": "100644 read\n" });
    expect(await historyOf(clone)).toEqual(["Hand in 01-demo, A Student <student@example.org>, parent"]);
    const changed = await clone.git(["diff", "--name-only", "main", BRANCH], clone.course);
    expect(changed.split("\n")).toEqual([`${FOLDER}/compose.yaml`, `${FOLDER}/notes.txt`]);
    const { folders, findings, submissions } = await acceptedBy(clone);
    expect({ folders, findings }).toEqual({ folders: [FOLDER], findings: [] });
    expect(submissions[0]?.files.map(({ path }) => path)).toEqual(["compose.yaml", "notes.txt"]);
  });

  it("takes nothing else along, and leaves everything as it was", async () => {
    await using clone = await studentClone();
    await clone.git(["checkout", "--quiet", "-b", "mine"]);
    await writeFile(join(clone.path, "README.md"), "changed\n");
    await writeFile(join(clone.path, "staged.md"), "staged\n");
    await clone.git(["add", "staged.md"]);
    await clone.git(["stash", "push", "--quiet", "--staged"]);
    await writeFile(join(clone.path, "untracked.md"), "untracked\n");
    await writeFile(join(clone.path, "labs/01-demo/checks.ts"), "mine\n");
    await clone.git(["add", "labs"]);
    await clone.write({ "TASK.md": "the task\n", ".gitignore": "*\n", "node_modules/a.js": "a\n", secret: "key\n" });
    const before = await clone.state();
    await clone.submit();
    expect(await clone.state()).toEqual(before);
    expect(Object.keys(await filesAt(clone, BRANCH))).toEqual(["compose.yaml", "notes.txt"]);
    expect(await acceptedBy(clone)).toMatchObject({ findings: [] });
  });

  it("takes files that are ignored by Git, and those in folders of any name, as they are", async () => {
    await using clone = await studentClone();
    await clone.git(["config", "core.autocrlf", "true"]);
    await mkdir(join(clone.path, ".git/info"));
    await writeFile(join(clone.path, ".git/info/attributes"), "* text eol=crlf filter=mark\n");
    await clone.git(["config", "filter.mark.clean", "cat && echo filtered"]);
    await clone.git(["config", "filter.mark.required", "true"]);
    await clone.write({
      "notes.txt": "one\r\ntwo\n",
      "site/über uns/größe 1.html": "<p>\r\n",
      "docker/start.sh": "#!/bin/sh\n",
      "site/empty": "",
      "site/bytes.bin": Buffer.from([0, 0xff, 0x0d, 0x0a]),
    });
    await chmod(join(clone.work, "docker/start.sh"), 0o755);
    await clone.submit();
    expect(await filesAt(clone, BRANCH)).toEqual({
      "compose.yaml": COMPOSE,
      "notes.txt": "100644 one\r\ntwo\n",
      "site/über uns/größe 1.html": "100644 <p>\r\n",
      "docker/start.sh": "100755 #!/bin/sh\n",
      "site/empty": "100644 ",
      "site/bytes.bin": "100644 \u0000\ufffd\r\n",
    });
    expect(await acceptedBy(clone)).toMatchObject({ findings: [] });
  });

  it("runs no hook, and pushes no tag and no submodule", async () => {
    await using clone = await studentClone();
    const ran = join(clone.environment["HOME"] ?? "", "ran");
    for (const hook of ["pre-push", "post-index-change", "reference-transaction", "pre-commit"]) {
      const file = join(clone.path, ".git/hooks", hook);
      await mkdir(join(clone.path, ".git/hooks"), { recursive: true });
      await writeFile(file, `#!/bin/sh\necho ${hook} >> '${ran}'\nexit 1\n`);
      await chmod(file, 0o755);
    }
    await clone.git(["-c", "core.hooksPath=/dev/null", "tag", "-a", "mine", "-m", "mine"]);
    await clone.git(["config", "push.followTags", "true"]);
    await clone.git(["config", "push.recurseSubmodules", "check"]);
    await clone.submit();
    await expect(filesAt(clone, BRANCH)).resolves.toHaveProperty("compose.yaml");
    expect(await clone.git(["tag"], clone.course)).toBe("");
    await expect(rm(ran)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("another submission", () => {
  it("goes on top of the last one, and of what the course became meanwhile", async () => {
    await using clone = await studentClone();
    await clone.submit();
    await clone.write({ "notes.txt": "again\n" });
    await rm(join(clone.work, "compose.yaml"));
    await clone.write({ "site/index.html": "<p>\n" });
    expect(await clone.submit()).toMatchObject({ kind: "again", pushed: true });
    expect(await filesAt(clone, BRANCH)).toEqual({ "notes.txt": "100644 again\n", "site/index.html": "100644 <p>\n" });
    await changeCourse(clone, { "NEWS.md": "Lab 02 is open\n" });
    await clone.write({ "notes.txt": "third\n" });
    await clone.submit();
    expect(await clone.git(["show", `${BRANCH}:NEWS.md`], clone.course)).toBe("Lab 02 is open");
    const of = "Hand in 01-demo, A Student <student@example.org>,";
    expect(await historyOf(clone)).toEqual([`${of} parent parent`, `${of} parent`, `${of} parent`]);
    expect(await acceptedBy(clone)).toMatchObject({ folders: [FOLDER], findings: [] });
  });

  it("of the same files makes no commit", async () => {
    await using clone = await studentClone();
    const first = await clone.submit();
    await changeCourse(clone, { "NEWS.md": "Lab 02 is open\n" });
    const second = await clone.submit();
    expect([second.kind, second.pushed, second.commit]).toEqual(["unchanged", false, first.commit]);
    expect(await historyOf(clone)).toHaveLength(1);
  });

  it.for(["merge", "squash"])("after the first went into the course by %s", async (way) => {
    await using clone = await studentClone();
    const first = await clone.submit();
    if (way === "merge") await clone.git(["update-ref", "refs/heads/main", first.commit], clone.course);
    else await changeCourse(clone, { [`${FOLDER}/compose.yaml`]: "services: {}\n", [`${FOLDER}/notes.txt`]: "read\n" });
    expect(await clone.submit()).toMatchObject({ kind: "merged", pushed: false, pullRequest: undefined });
    await clone.write({ "notes.txt": "better\n" });
    expect(await clone.submit()).toMatchObject({ kind: "again", pushed: true });
    const changed = await clone.git(["diff", "--name-only", "main", BRANCH], clone.course);
    expect(changed).toBe(`${FOLDER}/notes.txt`);
    expect(await acceptedBy(clone)).toMatchObject({ folders: [FOLDER], findings: [] });
  });
});

describe("a clone", () => {
  it("may be on no branch, in the middle of something, and one of several working trees", async () => {
    await using clone = await studentClone();
    await clone.git(["checkout", "--quiet", "--detach"]);
    await clone.git(["bisect", "start"]);
    const before = await clone.state();
    await clone.submit();
    expect(await clone.state()).toEqual(before);
    const other = join(clone.path, "../other tree");
    await clone.git(["worktree", "add", "--quiet", other, "-b", "other"]);
    await clone.write({ "notes.txt": "from the other tree\n" });
    expect(await clone.submit({ path: other })).toMatchObject({ kind: "again" });
    expect((await filesAt(clone, BRANCH))["notes.txt"]).toBe("100644 from the other tree\n");
  });

  it("may be shallow, without contents, or sparse", async () => {
    await using clone = await studentClone();
    await changeCourse(clone, { "NEWS.md": "one\n" });
    await clone.git(["config", "uploadpack.allowFilter", "true"], clone.course);
    for (const [index, flags] of [["--depth=1"], ["--filter=blob:none", "--sparse"]].entries()) {
      const path = join(clone.path, `../partial ${index}`);
      await clone.git(["clone", "--quiet", ...flags, `file://${clone.course}`, path]);
      await clone.write({ "notes.txt": `from ${index}\n` });
      await clone.submit({ path });
      expect((await filesAt(clone, BRANCH))["notes.txt"]).toBe(`100644 from ${index}\n`);
    }
    expect(await acceptedBy(clone)).toMatchObject({ folders: [FOLDER], findings: [] });
  });

  it("of a fork pushes there, and begins at the course", async () => {
    await using clone = await studentClone();
    const fork = join(clone.path, "../fork.git");
    await clone.git(["clone", "--quiet", "--bare", clone.course, fork]);
    await clone.git(["remote", "rename", "origin", "upstream"]);
    await clone.git(["remote", "add", "origin", fork]);
    await changeCourse(clone, { "NEWS.md": "one\n" });
    await clone.submit();
    expect(await clone.git(["branch", "--list", BRANCH], clone.course)).toBe("");
    expect(await clone.git(["show", `${BRANCH}:NEWS.md`], fork)).toBe("one");
    await clone.git(["fetch", "--quiet", fork, `${BRANCH}:refs/heads/${BRANCH}`], clone.course);
    expect(await acceptedBy(clone)).toMatchObject({ folders: [FOLDER], findings: [] });
  });

  it("signs where the student's Git signs commits", async () => {
    await using clone = await studentClone();
    const gpg = join(clone.path, "../gpg");
    await writeFile(gpg, '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED D" >&2\necho a signature\n');
    await chmod(gpg, 0o755);
    await clone.git(["config", "commit.gpgSign", "true"]);
    await clone.git(["config", "gpg.program", gpg]);
    await clone.submit();
    expect(await clone.git(["cat-file", "commit", BRANCH], clone.course)).toContain("gpgsig a signature");
    await writeFile(gpg, "#!/bin/sh\nexit 1\n");
    await clone.write({ "notes.txt": "changed\n" });
    await expect(clone.prepare()).rejects.toMatchObject({
      kind: "usage",
      code: "COMMIT_UNSIGNED",
      message: "the commit could not be signed (gpg failed to sign the data), as commit.gpgSign asks for",
    });
  });
});

describe("what is handed in", () => {
  it("is what was graded, or nothing", async () => {
    await using clone = await studentClone();
    const prepared = await clone.prepare();
    const { submission } = resultOf(prepared);
    const other = resultOf(prepared, { submission: { ...submission, digest: "0".repeat(64) } });
    await expect(handIn(prepared, other)).rejects.toMatchObject({ kind: "usage", code: "SUBMISSION_CHANGED" });
    expect(await clone.git(["branch", "--list", BRANCH], clone.course)).toBe("");
  });

  it("holds no links", async () => {
    await using clone = await studentClone();
    await clone.write({ "site/a": "a\n" });
    await symlink("a", join(clone.work, "site/b"));
    await expect(clone.prepare()).rejects.toMatchObject({
      kind: "usage",
      code: "SUBMISSION_LINK",
      message: "found a symbolic link to a, expected a file",
      place: { file: "site/b" },
    });
    await rm(join(clone.work, "site/b"));
    await symlink("/etc/passwd", join(clone.work, "site/b"));
    await expect(clone.prepare()).rejects.toMatchObject({ kind: "usage", code: "SUBMISSION_REFUSED" });
  });

  it("is of plain names, and no more than grader pr takes", async () => {
    await using clone = await studentClone();
    await clone.write({ "site/a:b": "a\n" });
    await expect(clone.prepare()).rejects.toMatchObject({
      code: "PATH_REFUSED",
      message: "found a colon in the path, expected plain names",
      place: { file: "site/a:b" },
    });
    await rm(join(clone.work, "site/a:b"));
    const long = `site/${"x".repeat(230)}`;
    await clone.write({ [long]: "a\n" });
    await expect(clone.prepare()).rejects.toMatchObject({
      code: "PATH_REFUSED",
      message: "found 261 bytes, where 255 are taken, in the path, expected plain names",
    });
    await rm(join(clone.work, long));
    await clone.write({ "site/INDEX.html": "a\n", "site/index.html": "b\n" });
    await expect(clone.prepare()).rejects.toMatchObject({
      code: "PULL_REQUEST_REFUSED",
      message: `the course would refuse your pull request: ${FOLDER}/site/index.html is one and the same as ${FOLDER}/site/INDEX.html where capitals do not count`,
      hint: "Remove one of the two, or rename it.\nNothing was handed in.",
    });
    await rm(join(clone.work, "site/INDEX.html"));
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;
    await clone.write({ "site/index.html": pointer });
    await expect(clone.prepare()).rejects.toMatchObject({
      code: "PULL_REQUEST_REFUSED",
      message: `the course would refuse your pull request: ${FOLDER}/site/index.html is a pointer of Git LFS, expected the content itself`,
    });
  });

  it("takes the files of a repository in the folder, and nothing of that repository", async () => {
    await using clone = await studentClone();
    await clone.write({ "site/index.html": "<p>\n" });
    await clone.git(["init", "--quiet", join(clone.work, "site")]);
    await clone.submit();
    expect(await filesAt(clone, BRANCH)).toMatchObject({ "site/index.html": "100644 <p>\n" });
    expect(await acceptedBy(clone)).toMatchObject({ findings: [] });
  });
});

/** A commit in the course, by somebody else. */
async function changeCourse(clone: StudentClone, files: Record<string, string>): Promise<void> {
  const path = join(clone.path, "../somebody else's");
  await clone.git(["clone", "--quiet", clone.course, path], join(clone.path, ".."));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(path, name, ".."), { recursive: true });
    await writeFile(join(path, name), text);
  }
  await clone.git(["add", "--all", "--force"], path);
  await clone.git(["commit", "--quiet", "-m", "Go on"], path);
  await clone.git(["push", "--quiet", "origin", "main"], path);
  await rm(path, { recursive: true });
}
