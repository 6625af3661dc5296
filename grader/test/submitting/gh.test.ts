import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { handIn } from "../../src/submitting/hand-in.ts";
import { renderHandedIn } from "../../src/submitting/hand-in-text.ts";
import { BRANCH, resultOf, type StudentClone, studentClone } from "./student-clone.ts";

const URL = "https://github.com/school/course/pull/7";

/** A stand-in for gh: it notes each call, and answers as GitHub would. `cases` come first. */
async function installGh(clone: StudentClone, cases = ""): Promise<void> {
  await clone.program(
    "gh",
    `{ for word in "$@"; do echo "$word"; done; echo --; } >> "$HOME/calls"
case "$*" in
${cases}
*"user --jq .login") echo alice ;;
*"repos/"*) ;;
"pr list"*) echo '[]' ;;
"pr create"*) echo '${URL}' ;;
*) exit 9 ;;
esac
`,
  );
}

async function callsOf(clone: StudentClone): Promise<string[]> {
  const text = await readFile(join(clone.environment["HOME"] ?? "", "calls"), "utf8");
  return text
    .split("--\n")
    .filter((call) => call !== "")
    .map((call) => call.trim().split("\n").join(" | "));
}

/** The clone's remotes as addresses of GitHub; Git is told where those repositories really are. */
async function atGitHub(clone: StudentClone): Promise<void> {
  await clone.git(["config", "--global", `url.${clone.course}.insteadOf`, "https://github.com/school/course.git"]);
  await clone.git(["remote", "set-url", "origin", "https://github.com/school/course.git"]);
}

/** `origin` is alice's fork, `upstream` the course. */
async function withFork(clone: StudentClone): Promise<void> {
  const fork = join(clone.path, "../fork.git");
  await clone.git(["clone", "--quiet", "--bare", clone.course, fork]);
  await clone.git(["config", "--global", `url.${fork}.insteadOf`, "git@github.com:alice/my-course"]);
  await clone.git(["remote", "rename", "origin", "upstream"]);
  await clone.git(["remote", "add", "origin", "git@github.com:alice/my-course"]);
}

describe("with gh", () => {
  it("the pull request is opened, by who is logged in", async () => {
    await using clone = await studentClone();
    await atGitHub(clone);
    await installGh(clone);
    const prepared = await clone.prepare({ student: undefined });
    const result = resultOf(prepared);
    const handedIn = await handIn(prepared, result);
    expect(handedIn).toEqual({ pushed: true, pullRequest: { url: URL, isNew: true } });
    const calls = (await callsOf(clone)).map((call) => call.replace(result.seed, "<seed>"));
    expect(calls).toMatchInlineSnapshot(`
      [
        "api | --hostname | github.com | user | --jq | .login",
        "api | --hostname | github.com | repos/school/course | --jq | .parent.full_name // empty",
        "pr | list | --repo | school/course | --head | submit/alice/01-demo | --state | open | --json | url,headRepositoryOwner",
        "pr | create | --repo | school/course | --base | main | --head | submit/alice/01-demo | --title | Hand in 01-demo (alice) | --body | Graded at home: 35 of 35 points (version 1.0.0, seed \`<seed>\`, digest \`1ad64e780600c27d06e85fdaa45fb57012f365d2e01c8114f1876d64a2241e87\`). |  | What counts is what the course grades here.",
      ]
    `);
    expect(
      renderHandedIn(prepared, handedIn, result).replace(prepared.commit.slice(0, 12), "<commit>"),
    ).toMatchInlineSnapshot(`
      "
      Handed in 2 files as submissions/alice/01-demo, with 35 of 35 points.

        Branch        submit/alice/01-demo at origin, commit <commit>
        Pull request  https://github.com/school/course/pull/7
      "
    `);
  });

  it("one of a fork is opened in the course, and one that is open is shown", async () => {
    await using clone = await studentClone();
    await atGitHub(clone);
    await withFork(clone);
    const pulls = [
      { url: "https://github.com/school/course/pull/6", headRepositoryOwner: { login: "mallory" } },
      { url: "https://github.com/school/course/pull/5", headRepositoryOwner: null },
    ];
    await installGh(clone, `"pr list"*) echo '${JSON.stringify(pulls)}' ;;`);
    expect(await clone.submit()).toMatchObject({ pullRequest: { url: URL, isNew: true } });
    const create = (await callsOf(clone)).find((call) => call.startsWith("pr | create"));
    expect(create).toContain(`--repo | school/course | --base | main | --head | alice:${BRANCH} | --title`);
    const mine = [
      ...pulls,
      { url: "https://github.com/school/course/pull/8", headRepositoryOwner: { login: "Alice" } },
    ];
    await installGh(clone, `"pr list"*) echo '${JSON.stringify(mine)}' ;;\n"pr create"*) exit 1 ;;`);
    const prepared = await clone.prepare();
    const handedIn = await handIn(prepared, resultOf(prepared));
    expect(handedIn).toEqual({ pushed: false, pullRequest: { url: mine[2]?.url, isNew: false } });
    const text = renderHandedIn(prepared, handedIn, resultOf(prepared, { verdict: "refused", score: null }));
    expect(text.replace(prepared.commit.slice(0, 12), "<commit>")).toMatchInlineSnapshot(`
      "
      Nothing changed since you handed in submissions/alice/01-demo, which is refused and gets no points as it is.

        Branch        submit/alice/01-demo at origin, commit <commit>
        Pull request  https://github.com/school/course/pull/8, which was open already
      "
    `);
  });

  it("a fork without the course beside it is no place to submit to", async () => {
    await using clone = await studentClone();
    await atGitHub(clone);
    await installGh(clone, `*"repos/school/course"*) echo university/course ;;`);
    await expect(clone.prepare()).rejects.toMatchObject({
      kind: "usage",
      code: "COURSE_UNKNOWN",
      message: "found origin, which is a fork of university/course, expected a remote of the course too",
      hint: "git remote add upstream https://github.com/university/course.git",
    });
  });

  it.for([
    ["list", "echo 'HTTP 403: rate limit' >&2; exit 1", "HTTP 403: rate limit"],
    ["list", "echo '<html>'", "its answer is no JSON"],
    ["create", "echo 'pull request create failed: No commits' >&2; exit 1", "pull request create failed: No commits"],
  ])("that fails at pr %s, it is said what is done and what is not: %s", async ([verb, script, why]) => {
    await using clone = await studentClone();
    await atGitHub(clone);
    await installGh(clone, `"pr ${verb}"*) ${script} ;;`);
    await expect(clone.submit()).rejects.toMatchObject({
      kind: "usage",
      code: "PULL_REQUEST_NOT_OPENED",
      message: `your branch ${BRANCH} was pushed, and gh opened no pull request (${why})`,
      hint: `Open it yourself: https://github.com/school/course/pull/new/${BRANCH}`,
    });
    expect(await clone.git(["branch", "--list", BRANCH], clone.course)).toContain(BRANCH);
  });
});

describe("without gh", () => {
  it("two commands and the link say how to go on", async () => {
    await using clone = await studentClone();
    await atGitHub(clone);
    await withFork(clone);
    const prepared = await clone.prepare({ student: undefined });
    const result = resultOf(prepared);
    const text = renderHandedIn(prepared, await handIn(prepared, result), result);
    expect(text.replace(prepared.commit.slice(0, 12), "<commit>")).toMatchInlineSnapshot(`
      "
      Handed in 2 files as submissions/alice/01-demo, with 35 of 35 points.

        Branch        submit/alice/01-demo at origin, commit <commit>

      If it has no pull request yet, open one in the browser:

        https://github.com/school/course/compare/main...alice:submit/alice/01-demo?expand=1

      or with GitHub's command line:

        gh auth login
        gh pr create --repo school/course --base main --head alice:submit/alice/01-demo --title 'Hand in 01-demo (alice)' --body ''
      "
    `);
  });

  it("GitHub itself knows where a branch of a lone repository goes", async () => {
    await using clone = await studentClone();
    await atGitHub(clone);
    await installGh(clone, `*"user --jq .login") exit 4 ;;`);
    const prepared = await clone.prepare();
    const result = resultOf(prepared);
    const text = renderHandedIn(prepared, await handIn(prepared, result), result);
    expect(text).toContain(`https://github.com/school/course/pull/new/${BRANCH}\n`);
    expect(text).toContain("\n  gh auth login\n  gh pr create --repo school/course ");
    expect(await callsOf(clone)).toHaveLength(1);
  });

  it("elsewhere than at GitHub, the branch is all there is", async () => {
    await using clone = await studentClone();
    const prepared = await clone.prepare();
    const result = resultOf(prepared);
    const text = renderHandedIn(prepared, await handIn(prepared, result), result);
    expect(text.replace(prepared.commit.slice(0, 12), "<commit>")).toMatchInlineSnapshot(`
      "
      Handed in 2 files as submissions/alice/01-demo, with 35 of 35 points.

        Branch        submit/alice/01-demo at origin, commit <commit>

      Now open a pull request of that branch into main, where your course is hosted.
      "
    `);
  });
});
