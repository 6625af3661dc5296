import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LabError } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { readPullRequestEvent } from "../../src/pull-request/event-file.ts";
import { temporaryFolder } from "../run-cli.ts";

const BASE = "b".repeat(40);
const HEAD = "a".repeat(40);

/** As GitHub writes it, and more than is read. */
const event = (change: object = {}) => ({
  action: "opened",
  number: 7,
  pull_request: {
    number: 7,
    title: "$(touch /tmp/canary)",
    user: { login: "alice", type: "User" },
    base: { ref: "main", sha: BASE, repo: { full_name: "school/course" } },
    head: { ref: "my-work", sha: HEAD, repo: { full_name: "alice/course" } },
    labels: [{ name: "help wanted", color: "fff" }],
    ...change,
  },
});

async function read(written: unknown): Promise<unknown> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "event.json");
  await writeFile(file, typeof written === "string" ? written : JSON.stringify(written));
  return readPullRequestEvent(file).catch(({ kind, code, message, hint }: LabError) => {
    return `${kind} ${code} ${message.replace(file, "event.json")} | ${hint}`;
  });
}

const EXPECTED = {
  number: 7,
  author: "alice",
  repository: "school/course",
  base: BASE,
  head: HEAD,
  labels: ["help wanted"],
};

describe("the event of a pull request", () => {
  it.for([
    ["of a fork", {}],
    ["of the same repository", { head: { sha: HEAD, repo: { full_name: "school/course" } } }],
    ["of a fork that was deleted since", { head: { sha: HEAD, repo: null } }],
  ] as const)("%s says who, where and what", async ([, change]) => {
    expect(await read(event(change))).toEqual(EXPECTED);
  });

  it("may have no labels, and hashes of SHA-256", async () => {
    const sha = "c".repeat(64);
    const change = { labels: undefined, head: { sha, repo: null } };
    expect(await read(event(change))).toEqual({ ...EXPECTED, head: sha, labels: [] });
  });

  it.for([
    [
      "a push",
      { ref: "refs/heads/main" },
      "EVENT_KIND",
      "found an event without `pull_request`, expected one of the kind pull_request",
      "Run this in a workflow `on: pull_request`.",
    ],
    [
      "a list",
      [],
      "EVENT_KIND",
      "found an event without `pull_request`, expected one of the kind pull_request",
      "Run this in a workflow `on: pull_request`.",
    ],
    [
      "no JSON",
      "number: 7",
      "EVENT_SYNTAX",
      "found text that is not JSON, expected the event as GitHub writes it",
      "Name the file that GITHUB_EVENT_PATH names.",
    ],
  ] as const)("is not %s", async ([, written, code, message, hint]) => {
    expect(await read(written)).toBe(`usage ${code} event.json: ${message} | ${hint}`);
  });

  it.for<[string, object, string]>([
    [
      "a branch for a commit",
      { head: { sha: "main", repo: null } },
      '`pull_request.head.sha`: found "main", expected the full hash of a commit',
    ],
    [
      "a shortened hash",
      { base: { sha: "abc1234", repo: { full_name: "school/course" } } },
      '`pull_request.base.sha`: found "abc1234", expected the full hash of a commit',
    ],
    ["nobody", { user: null }, "`pull_request.user`: found null, expected Object"],
    ["a number as text", { number: "7" }, '`pull_request.number`: found "7", expected number'],
    ["a number below one", { number: 0 }, "`pull_request.number`: found 0, expected >=1"],
    [
      "a repository without an owner",
      { base: { sha: BASE, repo: { full_name: "course" } } },
      '`pull_request.base.repo.full_name`: found "course", expected owner/name',
    ],
  ])("does not have %s", async ([, change, message]) => {
    expect(await read(event(change))).toBe(
      `usage EVENT_INVALID event.json: ${message} | Give the event as GitHub wrote it.`,
    );
  });

  it("is there", async () => {
    await expect(readPullRequestEvent("/nonexistent/event.json")).rejects.toMatchObject({
      code: "EVENT_MISSING",
      message: "/nonexistent/event.json: cannot be read (ENOENT), expected the JSON file of an event",
      hint: "In GitHub Actions, GITHUB_EVENT_PATH names it.",
    });
  });
});
