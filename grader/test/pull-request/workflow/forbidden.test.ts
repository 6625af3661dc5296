import { describe, expect, test } from "vitest";
import { findForbidden } from "./forbidden.ts";

const SHA = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";

/** A workflow without a fault, with one thing changed. */
function workflow(change: { from?: string | RegExp; to?: string } = {}): string {
  const text = `
on: pull_request
permissions:
  contents: read
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${SHA} # v5.0.0
        with:
          ref: \${{ github.event.pull_request.head.sha }}
          path: pr
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;
  const { from, to = "" } = change;
  if (from !== undefined && text.replace(from, to) === text) throw new Error("the change changes nothing");
  return from === undefined ? text : text.replace(from, to);
}

describe("findForbidden", () => {
  test("finds nothing in a careful workflow", () => {
    expect(findForbidden("workflows/grade.yml", workflow())).toEqual([]);
  });

  test.each<[string, { from: string | RegExp; to?: string }, string]>([
    [
      "an action by its tag",
      { from: `@${SHA} # v5.0.0`, to: "@v5" },
      "jobs.one.steps[0]: found actions/checkout@v5, expected an action pinned by the full hash of a commit",
    ],
    [
      "an action by a short hash",
      { from: SHA, to: SHA.slice(0, 12) },
      "jobs.one.steps[0]: found actions/checkout@08c6903cd8c0, expected an action pinned by the full hash of a commit",
    ],
    [
      "an image",
      { from: `actions/checkout@${SHA} # v5.0.0`, to: "docker://alpine:3" },
      "jobs.one.steps[0]: found docker://alpine:3, expected an action pinned by the full hash of a commit",
    ],
    [
      "a hash without its version",
      { from: " # v5.0.0" },
      `- uses: actions/checkout@${SHA}: found no version beside the hash`,
    ],
    [
      "a permission to write",
      { from: "contents: read", to: "contents: write" },
      "the workflow: found the permission contents: write",
    ],
    [
      "the comment's permission elsewhere",
      { from: "contents: read", to: "pull-requests: write" },
      "the workflow: found the permission pull-requests: write",
    ],
    [
      "all permissions",
      { from: "permissions:\n  contents: read", to: "permissions: write-all" },
      "the workflow: found the permissions write-all, expected each by name",
    ],
    [
      "no permissions",
      { from: "permissions:\n  contents: read\n" },
      "the workflow: found no permissions, expected them written down",
    ],
    [
      "a job's permission to write",
      { from: "    steps:", to: "    permissions: { packages: write }\n    steps:" },
      "jobs.one: found the permission packages: write",
    ],
    [
      "an expression in a script",
      { from: 'echo "$TITLE"', to: "echo ${{ github.event.pull_request.title }}" },
      "jobs.one.steps[1]: found an expression in a script; pass it by env",
    ],
    [
      "an expression in a script of an action",
      { from: "path: pr", to: 'script: "${{ github.head_ref }}"' },
      "jobs.one.steps[0]: found an expression in a script; pass it by env",
    ],
    [
      "a script that sets variables",
      { from: 'echo "$TITLE"', to: 'echo "T=$TITLE" >> "$GITHUB_ENV"' },
      "jobs.one.steps[1]: found a script that writes what later steps run with",
    ],
    [
      "pull_request_target",
      { from: "on: pull_request", to: "on: [push, pull_request_target]" },
      "on: found pull_request_target, which gives a stranger's pull request a token that writes",
    ],
    [
      "pull_request_target with types",
      { from: "on: pull_request", to: "on: { pull_request_target: { types: [opened] } }" },
      "on: found pull_request_target, which gives a stranger's pull request a token that writes",
    ],
    [
      "a secret",
      { from: "TITLE: ${{ github.event.pull_request.title }}", to: "TITLE: ${{ secrets.MARKS }}" },
      "found a secret or the token, expected none where a pull request is graded",
    ],
    [
      "the token",
      { from: "TITLE: ${{ github.event.pull_request.title }}", to: "TITLE: ${{ github.token }}" },
      "found a secret or the token, expected none where a pull request is graded",
    ],
    [
      "secrets passed on",
      { from: "    steps:", to: "    secrets: inherit\n    steps:" },
      "jobs.one: found secrets passed on",
    ],
    [
      "a cache",
      { from: "run: echo", to: `uses: actions/cache@${SHA} # v5.0.0\n      - run: echo` },
      "jobs.one.steps[1]: found a cache, which a pull request could fill for others",
    ],
    [
      "setup-node, which may keep a cache",
      { from: "run: echo", to: `uses: actions/setup-node@${SHA} # v5.0.0\n      - run: echo` },
      "jobs.one.steps[1]: found a cache, which a pull request could fill for others",
    ],
    [
      "credentials that stay",
      { from: "          persist-credentials: false\n" },
      "jobs.one.steps[0]: found a checkout without persist-credentials: false",
    ],
    ["no time-out", { from: "    timeout-minutes: 5\n" }, "jobs.one: found no timeout-minutes"],
    [
      "a runner of one's own",
      { from: "ubuntu-24.04", to: "[self-hosted, linux]" },
      'jobs.one: found runs-on ["self-hosted","linux"], expected the hosted runner ubuntu-24.04',
    ],
    [
      "a runner that the event names",
      { from: "ubuntu-24.04", to: "${{ github.event.pull_request.title }}" },
      'jobs.one: found runs-on "${{ github.event.pull_request.title }}", expected the hosted runner ubuntu-24.04',
    ],
    [
      "a script in the head's folder",
      { from: '"$TITLE"', to: '"$TITLE"\n        working-directory: ./pr/x' },
      "jobs.one.steps[1]: found a step in the checkout of the pull request's head",
    ],
    [
      "an action of the head",
      { from: "run: echo", to: "uses: ./pr/.github/actions/grade\n      - run: echo" },
      "jobs.one.steps[1]: found a step in the checkout of the pull request's head",
    ],
  ])("finds %s", (_, change, finding) => {
    expect(findForbidden("workflows/grade.yml", workflow(change))).toEqual([finding]);
  });

  test("lets the comment's workflow write comments, and nothing else", () => {
    const text = workflow({ from: "contents: read", to: "pull-requests: write\n  actions: write" });
    expect(findForbidden("workflows/comment.yml", text)).toEqual(["the workflow: found the permission actions: write"]);
  });

  test("looks at a job that another workflow describes", () => {
    const text = "on: push\npermissions: read-all\njobs:\n  one:\n    uses: a/b/.github/workflows/c.yml@main\n";
    expect(findForbidden("workflows/x.yml", text)).toEqual([
      "jobs.one: found a/b/.github/workflows/c.yml@main, expected an action pinned by the full hash of a commit",
    ]);
  });

  test("looks at the steps of an action", () => {
    const text =
      "runs:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.x }}\n      shell: bash\n    - uses: a/b@v1\n";
    expect(findForbidden("actions/x/action.yml", text)).toEqual([
      "runs.steps[0]: found an expression in a script; pass it by env",
      "runs.steps[1]: found a/b@v1, expected an action pinned by the full hash of a commit",
    ]);
  });
});
