import { afterAll, beforeAll, expect, test } from "vitest";
import { makeGradebook, renderGradebook } from "../../src/gradebook/index.ts";
import { everyResult } from "../fixtures/every-result.ts";
import { findBarriers, openPages, overflowOf, type Pages } from "../html/browser.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

const kinds = Object.values(everyResult);
const roster = Array.from({ length: 24 }, (_, index) => ({
  id: `${1000 + index}`,
  github: `user${index}`,
  name: `Student ${index}`,
}));
const labs = ["03-dockerfile-basics", "05-process-lifecycle", "06-volumes", "07-bridge-networks", "09-compose-stack"];
const text = renderGradebook(
  "html",
  makeGradebook({
    course: {
      schema: "compose-labs/course/v1",
      title: "Containers",
      submissions: "s/{student}/{lab}",
      attempt: "best",
      labs: {},
    },
    roster,
    attempts: roster.concat({ id: "x", github: "nobody", name: "x" }).flatMap(({ github }, index) =>
      labs.flatMap((lab, at) => {
        const result = kinds[(index + at) % kinds.length];
        return result === undefined ? [] : [{ student: github, lab, result, document: `${github}-${at}.json` }];
      }),
    ),
    labs: labs.map((slug) => ({ slug, title: slug.slice(3), points: 100 })),
  }),
);

test.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 380],
] as const)("the page of a class has no barriers, %s at %i px, and asks for nothing", async (colorScheme, width) => {
  await using opened = await pages.open(text, { colorScheme, width });
  await opened.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
  expect(await findBarriers(opened.page)).toEqual([]);
  expect(await overflowOf(opened.page)).toBe(0);
  expect(opened.requests).toEqual([]);
  expect(opened.console).toEqual([]);
});

test("no name is shown until the students are opened", async () => {
  await using opened = await pages.open(text);
  const name = opened.page.getByText("Student 7");
  expect(await name.first().isVisible()).toBe(false);
  await opened.page.getByText("Points by student").first().click();
  expect(await name.first().isVisible()).toBe(true);
});
