import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { commentOnRun } from "../../src/comment/comment-on-run.ts";
import { MARKER, MOST_COMMENT } from "../../src/comment/comment-text.ts";
import { archiveOf, course, document, HEAD, PULL, RUN } from "./course.ts";

const bodies = (state: { comments: Map<number, { body: string }[]> }, number = 7) =>
  (state.comments.get(number) ?? []).map(({ body }) => body);

describe("a run that graded", () => {
  it("is told in one comment, which follows every further run", async () => {
    await using github = await course(archiveOf(document()));
    const { api, state, server } = github;
    expect(await commentOnRun(api, RUN)).toEqual({
      comments: [{ number: 7, written: "written" }],
      unusable: undefined,
    });
    const [first = ""] = bodies(state);
    expect(first.startsWith(`${MARKER}\n\n## 1 submission was graded\n\nCommit \`aaaaaaaaaaaa\`\n`)).toBe(true);
    expect(first).toContain("Submission `submissions/alice/01-demo`");
    expect(first).toContain("Every service starts and stays up");
    expect(
      first.endsWith(
        "---\n\n<sub>Feedback on commit `aaaaaaaaaaaa`, not the mark of record: what the workflow of a pull request reports can be changed by the pull request. [Log of the run](https://github.com/school/course/actions/runs/9)</sub>\n",
      ),
    ).toBe(true);

    expect(await commentOnRun(api, RUN)).toMatchObject({ comments: [{ number: 7, written: "unchanged" }] });
    expect(server.requests.filter((request) => /^(PATCH|POST)/.test(request))).toHaveLength(1);

    state.artifacts.get(RUN.id)?.set("pull-request", archiveOf(document({ verdict: "nothing", submissions: [] })));
    expect(await commentOnRun(api, RUN)).toMatchObject({ comments: [{ number: 7, written: "changed" }] });
    expect(bodies(state)).toEqual([expect.stringContaining("## Nothing is graded")]);
  });

  it("of the same repository is told like that of a fork", async () => {
    await using github = await course(archiveOf(document()), {
      pulls: [{ ...PULL, headRepository: "school/course" }],
    });
    expect(await commentOnRun(github.api, { ...RUN, headRepository: "school/course" })).toMatchObject({
      comments: [{ number: 7, written: "written" }],
    });
  });

  it("of two pull requests of one branch is told to the one that the document names", async () => {
    const pulls = [PULL, { ...PULL, number: 8 }];
    await using github = await course(archiveOf(document({ number: 8 })), { pulls });
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 8, written: "written" }] });
    github.state.artifacts.get(RUN.id)?.set("pull-request", archiveOf(document({ number: 1 })));
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7 }, { number: 8 }] });
  });

  it("twice, started again, is told by what the last attempt kept", async () => {
    await using github = await course(archiveOf(document({ verdict: "fault", submissions: [] })), {});
    const { artifacts } = github.state;
    github.state.interfere = (request) =>
      request.includes("/artifacts?")
        ? {
            status: 200,
            body: {
              artifacts: [900, 901].map((id) => ({ id, name: "pull-request", size_in_bytes: 10, expired: false })),
            },
          }
        : undefined;
    artifacts.set(
      RUN.id,
      new Map([
        ["old", archiveOf("{}")],
        ["new", archiveOf(document())],
      ]),
    );
    await commentOnRun(github.api, RUN);
    expect(bodies(github.state)).toEqual([expect.stringContaining("## 1 submission was graded")]);
  });

  it("is told in as many characters as GitHub takes", async () => {
    const findings = Array.from({ length: 200 }, (_, index) => ({
      code: "path.outside",
      path: `${"ü".repeat(900)}${index}`,
      message: "belongs to the course",
      remedy: "Take it back.",
    }));
    await using github = await course(archiveOf(document({ verdict: "refused", submissions: [], findings })));
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "written" }] });
    const [body = ""] = bodies(github.state);
    expect(body).toContain("> This page is shortened");
    expect(body).toContain("Feedback on commit");
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MOST_COMMENT);
    expect(Buffer.byteLength(body)).toBeGreaterThan(MOST_COMMENT / 2);
  });

  it("is told with nothing in it that GitHub would act on", async () => {
    const fault = {
      code: "X",
      message: "@everyone see <img src=x> #1 --> <!-- hi",
      hint: "[here](http://evil.example)",
    };
    await using github = await course(archiveOf(document({ verdict: "fault", submissions: [], fault })));
    await commentOnRun(github.api, RUN);
    const [body = ""] = bodies(github.state);
    expect(body).not.toMatch(/@everyone|<img|<!-- hi|[^\\]\]\(http:\/\/evil/);
    expect(body).toContain("&lt;img src=x&gt;");
  });
});

describe("whose comment it is", () => {
  it("is not asked of the marker, which a student can write", async () => {
    await using github = await course(archiveOf(document()));
    const forged = { id: 1, author: "alice", body: `${MARKER}\n\n100 points` };
    github.state.comments.set(7, [forged]);
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "written" }] });
    expect(bodies(github.state)).toEqual([forged.body, expect.stringContaining("1 submission was graded")]);
  });

  it("is found on the last of many pages", async () => {
    await using github = await course(archiveOf(document()));
    const talk = Array.from({ length: 250 }, (_, index) => ({ id: index + 1, author: "bob", body: `${index}` }));
    github.state.comments.set(7, [...talk, { id: 999, author: "github-actions[bot]", body: `${MARKER}\nold` }]);
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "changed" }] });
    expect(bodies(github.state)).toHaveLength(251);
  });

  it("is another bot's: GitHub refuses the change, and a comment is written", async () => {
    await using github = await course(archiveOf(document()));
    github.state.comments.set(7, [{ id: 1, author: "other[bot]", body: `${MARKER}\nhello` }]);
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "written" }] });
    expect(bodies(github.state)).toHaveLength(2);
  });

  it("is that of the person whose token it is", async () => {
    await using github = await course(archiveOf(document()), { tokenOf: "teacher" });
    github.state.comments.set(7, [
      { id: 1, author: "github-actions[bot]", body: `${MARKER}\nof a workflow` },
      { id: 2, author: "teacher", body: `${MARKER}\nold` },
    ]);
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "changed" }] });
    expect(bodies(github.state)).toEqual([
      `${MARKER}\nof a workflow`,
      expect.stringContaining("1 submission was graded"),
    ]);
  });
});

describe("a run without a document", () => {
  it("did not finish, and its page says why", async () => {
    await using github = await course(undefined);
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "written" }] });
    const [body = ""] = bodies(github.state);
    expect(body.slice(0, body.indexOf("---\n"))).toMatchInlineSnapshot(`
      "<!-- compose-labs: pull-request -->

      ## ⚠️ The grading did not finish

      The run ended with \`failure\` and kept no document. No points are lost.

      Its log says why. Run the job again, or push another commit.

      "
    `);
    expect(body).toContain("[Log of the run](https://github.com/school/course/actions/runs/9)");
  });

  it("has only artifacts of other names", async () => {
    await using github = await course(undefined);
    github.state.artifacts.set(RUN.id, new Map([["pull-request-2", archiveOf(document())]]));
    github.state.interfere = (request) =>
      request.includes("/artifacts?")
        ? { status: 200, body: { artifacts: [{ id: 1, name: "other", size_in_bytes: 1, expired: false }] } }
        : undefined;
    await commentOnRun(github.api, { ...RUN, conclusion: undefined });
    expect(bodies(github.state)).toEqual([expect.stringContaining("The run ended with `no conclusion`")]);
  });
});

describe("nothing is said", () => {
  it.for([
    ["of a run that a push started", { event: "push" }, "the run was started by push"],
    ["of a run that was cancelled", { conclusion: "cancelled" }, "the run ended with cancelled"],
    ["where the branch is gone", { headRepository: undefined }, "the branch of the run is gone"],
    ["where no pull request has the branch", { branch: "other" }, "no open pull request has the branch of the run"],
    [
      "where the branch is one of another fork of the same owner",
      { headRepository: "alice/other" },
      "no open pull request has the branch of the run",
    ],
    [
      "of a commit that was replaced by a push in mid-run",
      { head: "c".repeat(40) },
      `the pull request has a newer commit than ${"c".repeat(40)}`,
    ],
  ] as const)("%s", async ([, change, nothing]) => {
    await using github = await course(archiveOf(document()));
    expect(await commentOnRun(github.api, { ...RUN, ...change })).toEqual({ nothing });
    expect(github.state.comments.size).toBe(0);
  });

  it("where the pull request was closed", async () => {
    await using github = await course(archiveOf(document()), { pulls: [{ ...PULL, open: false }] });
    expect(await commentOnRun(github.api, RUN)).toEqual({ nothing: "no open pull request has the branch of the run" });
  });

  it("where GitHub has deleted the document", async () => {
    await using github = await course(archiveOf(document()), { expired: new Set([RUN.id]) });
    expect(await commentOnRun(github.api, RUN)).toEqual({ nothing: "the document of the run is no longer kept" });
    expect(github.state.comments.size).toBe(0);
  });
});

describe("a document that cannot be used", () => {
  const name = "pull-request.json";
  it.for<[what: string, archive: Uint8Array, code: string, message: string | RegExp]>([
    [
      "of another commit",
      archiveOf(document({ head: "c".repeat(40) })),
      "DOCUMENT_FOREIGN",
      `${name}: found the document of commit ${"c".repeat(40)}, expected that of ${HEAD}, which the run graded`,
    ],
    [
      "that is one result",
      archiveOf(document().submissions[0]?.result),
      "DOCUMENT_FOREIGN",
      `${name}: found the result of one submission, expected that of a pull request`,
    ],
    [
      "of another version",
      archiveOf({ ...document(), schema: "compose-labs/pull-request/v2" }),
      "DOCUMENT_TOO_NEW",
      /^pull-request.json: found the schema "compose-labs\/pull-request\/v2", expected /,
    ],
    ["that is truncated", archiveOf(JSON.stringify(document()).slice(0, -9)), "DOCUMENT_SYNTAX", /the end of the text/],
    [
      "whose points were changed",
      archiveOf(JSON.stringify(document()).replace(/"score":\d+/, '"score":99')),
      "DOCUMENT_INCONSISTENT",
      /score/,
    ],
    [
      "that is huge",
      archiveOf("x".repeat(600_000)),
      "ARCHIVE_BOMB",
      /found 600,000 bytes in pull-request.json, expected at most 524,288/,
    ],
    [
      "with another file beside it",
      zipSync({ [name]: new Uint8Array(), "../../.bashrc": new Uint8Array() }),
      "ARCHIVE_ENTRIES",
      `the archive: found ${name}, ../../.bashrc, expected ${name} alone`,
    ],
    [
      "below a folder",
      zipSync({ [`a\u001b[2J/${name}`]: new Uint8Array() }),
      "ARCHIVE_ENTRIES",
      `the archive: found a/${name}, expected ${name} alone`,
    ],
    ["twice", twice(), "ARCHIVE_ENTRIES", `the archive: found ${name}, ${name}, expected ${name} alone`],
    [
      "among very many",
      zipSync(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}`, new Uint8Array()]))),
      "ARCHIVE_ENTRIES",
      `the archive: found 0, 1, 2, 3, 4, more, expected ${name} alone`,
    ],
    ["in an empty archive", zipSync({}), "ARCHIVE_ENTRIES", `the archive: found no file, expected ${name} alone`],
    [
      "in no archive",
      Buffer.from("<html>".repeat(9)),
      "ARCHIVE_BROKEN",
      "the archive cannot be unpacked (invalid zip data), expected a ZIP archive",
    ],
    [
      "in a large archive",
      new Uint8Array(600_000),
      "ARCHIVE_TOO_LARGE",
      "the artifact pull-request: found 600,000 bytes, expected at most 540,672",
    ],
    ["of a size that is not true", liar(), "DOCUMENT_SYNTAX", /the end of the text/],
  ])("%s", async ([, archive, code, message]) => {
    await using github = await course(archive);
    const commented = await commentOnRun(github.api, RUN);
    expect(commented).toMatchObject({
      comments: [{ number: 7, written: "written" }],
      unusable: {
        code,
        kind: "usage",
        message: typeof message === "string" ? message : expect.stringMatching(message),
      },
    });
    expect(bodies(github.state)).toEqual([expect.stringContaining("## ⛔ The document of the run cannot be used")]);
    expect(bodies(github.state)[0]).toContain(`(\`${code}\`)`);
  });

  it("that is true in all but its number is told to the pull request of the run", async () => {
    await using github = await course(archiveOf(document({ number: 1, repository: "other/course" })));
    expect(await commentOnRun(github.api, RUN)).toMatchObject({ comments: [{ number: 7, written: "written" }] });
    expect([...github.state.comments.keys()]).toEqual([7]);
  });
});

/** Two entries of one name: the other one's is overwritten, in both places where an archive has it. */
function twice(): Uint8Array {
  const text = Buffer.from(zipSync({ "pull-request.json": Buffer.from("{}"), "pull-request.jsop": Buffer.from("{}") }));
  return Buffer.from(text.toString("latin1").replaceAll("jsop", "json"), "latin1");
}

/** Claims to hold ten bytes, and holds far more. */
function liar(): Uint8Array {
  const archive = archiveOf(`{"schema":"${" ".repeat(100_000)}"}`);
  const view = new DataView(archive.buffer, archive.byteOffset);
  const directory = view.getUint32(archive.length - 22 + 16, true);
  view.setUint32(directory + 24, 10, true);
  return archive;
}
