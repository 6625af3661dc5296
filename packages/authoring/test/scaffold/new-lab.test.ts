import { expect, it } from "vitest";
import { lintLab, readFacts } from "../../src/lint/index.ts";
import { completeAnswers, newLabFiles } from "../../src/scaffold/index.ts";
import { writeLab } from "../course.ts";

const SURROUNDINGS = { schemas: "../../docs/schemas", launcher: "../../grader/bin/grader.mjs" };

it.each([
  ["compose", ["web"]],
  ["compose", ["web", "api"]],
  ["compose", ["front-end", "api", "db", "cache2", "mail"]],
  ["dockerfile", ["app"]],
  ["both", ["web"]],
  ["both", ["web", "api"]],
  ["both", ["front-end", "api", "db", "cache2", "mail"]],
])("a new lab is clean: %s with %o", async (submits, services) => {
  const said = { name: "one-page", title: 'A "page": one', submits, services, shows: "To be: clean, as it stands." };
  const answers = await completeAnswers(said, [], { ask: undefined, proposals: false });
  const files = newLabFiles(answers, SURROUNDINGS);
  await using lab = await writeLab(answers.slug, files);
  const facts = await readFacts({
    directory: lab.directory,
    slug: answers.slug,
    catalogue: ["busybox:1.37"],
    others: [],
    earlier: undefined,
  });
  expect(lintLab(facts)).toEqual([]);
  expect(facts.manifest).toMatchObject({ id: "one-page", title: 'A "page": one', summary: said.shows });
  expect(facts.rubric?.checks.every(({ hints }) => hints.length === 3)).toBe(true);
  expect(facts.proof?.alternatives).toHaveLength(1);
  expect(facts.proof?.mutants.length).toBeGreaterThanOrEqual(3);
});
