import { afterAll, beforeAll, expect, test } from "vitest";
import { renderHtml } from "../../src/render-html.ts";
import { everyResult } from "../fixtures/every-result.ts";
import { sampleStack } from "../fixtures/sample-results.ts";
import { findBarriers, openPages, overflowOf, type Pages } from "./browser.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

/** A failure with everything that a result can have. */
const whole = {
  ...everyResult.failed,
  stack: sampleStack,
  logs: [
    {
      service: "proxy",
      text: "a line of the proxy that is long enough to be wider than a telephone's window ".repeat(2),
    },
    { service: "db", text: "" },
  ],
  reached: [
    { from: "host", to: "proxy", port: 80, reached: true, check: "stack-settled" },
    { from: "proxy", to: "db", port: 5432, reached: true, check: "db-hidden" },
    { from: "host", to: "db", port: 5432, reached: false, check: "db-hidden" },
  ],
};
const reports = {
  whole: renderHtml([whole]),
  passed: renderHtml([everyResult.passed]),
  refused: renderHtml([everyResult.refused]),
  fault: renderHtml([everyResult.fault]),
  hostile: renderHtml([everyResult.hostile]),
  several: renderHtml([whole, ...Object.values(everyResult)]),
};

const looks = [
  ["light", 1280],
  ["dark", 380],
  ["dark", 1280],
  ["light", 380],
] as const;
/** The fullest report in every look, the others in two that have each colour and each width. */
const cases = Object.entries(reports).flatMap(([name, text]) =>
  (name === "whole" ? looks : looks.slice(0, 2)).map(([colorScheme, width]) => ({ name, text, colorScheme, width })),
);

test.each(cases)("$name: no barriers, $colorScheme at $width px, nothing asked for", async ({ text, ...look }) => {
  await using opened = await pages.open(text, look);
  expect(await overflowOf(opened.page)).toBe(0);
  // What is folded away has to be as good as the rest.
  await opened.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })");
  expect(await findBarriers(opened.page)).toEqual([]);
  expect(await overflowOf(opened.page)).toBe(0);
  expect(opened.requests).toEqual([]);
  expect(opened.console).toEqual([]);
});

test("a transcript opens by keyboard", async () => {
  await using opened = await pages.open(reports.whole);
  const summary = opened.page.locator("summary", { hasText: "What was asked" });
  const call = opened.page.getByText("proxy.cannotReach db:5432");
  expect(await call.isVisible()).toBe(false);
  await summary.focus();
  await opened.page.keyboard.press("Enter");
  expect(await call.isVisible()).toBe(true);
  await opened.page.keyboard.press("Space");
  expect(await call.isVisible()).toBe(false);
});

test("everything that is folded away or links is reached with Tab, in the order of the page", async () => {
  await using opened = await pages.open(reports.whole);
  const stops = "a[href], summary, [tabindex='0']";
  const count = await opened.page.evaluate<number>(
    `[...document.querySelectorAll("${stops}")].filter((each) => each.checkVisibility({ contentVisibilityAuto: true })).length`,
  );
  const reached: number[] = [];
  for (let stop = 0; stop < count; stop++) {
    await opened.page.keyboard.press("Tab");
    reached.push(
      await opened.page.evaluate<number>(`[...document.querySelectorAll("${stops}")].indexOf(document.activeElement)`),
    );
  }
  expect(count).toBeGreaterThan(8);
  expect(new Set(reached).size).toBe(count);
  expect(reached).toEqual(reached.toSorted((one, other) => one - other));
  expect(reached).not.toContain(-1);
});

test("on paper what is folded away is there", async () => {
  await using opened = await pages.open(reports.whole);
  await opened.page.emulateMedia({ media: "print" });
  for (const text of ["proxy.cannotReach db:5432", "a line of the proxy", "Give db only the back network"]) {
    const shown = opened.page.getByText(text).first();
    expect(await shown.isVisible()).toBe(true);
    expect((await shown.boundingBox())?.height).toBeGreaterThan(5);
  }
  expect(await opened.page.locator(".skip").isVisible()).toBe(false);
});

test("a link in the table of checks leads to the check's cause", async () => {
  await using opened = await pages.open(reports.whole);
  await opened.page.getByRole("link", { name: "The proxy cannot reach the database" }).click();
  expect(await opened.page.evaluate("document.querySelector(':target').textContent")).toBe(
    "The proxy cannot reach the database",
  );
});

test("a screen reader is told the parts of the page, and each heading in its order", async () => {
  await using opened = await pages.open(reports.whole);
  const { page } = opened;
  const levels = await page.evaluate<number[]>(
    "[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))",
  );
  expect(levels).toEqual([1, 2, 3, 2, 3, 2, 2, 2, 2]);
  expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual([
    "Checks",
    "Notes",
    "The stack",
    "What the services wrote",
    "Time",
    "How it was graded",
  ]);
  expect(await page.getByRole("img", { name: "The stack: its services" }).count()).toBe(1);
  expect(await page.getByRole("region", { name: "Checks" }).count()).toBe(1);
});

test("in the picture no text leaves its box and no box leaves the picture", async () => {
  for (const text of [reports.whole, reports.hostile]) {
    await using opened = await pages.open(text);
    const outside = await opened.page.evaluate<
      string[]
    >(`[...document.querySelectorAll("svg.stack g.box, svg.stack g.lane")].flatMap((group) => {
      const frame = group.querySelector("rect").getBoundingClientRect();
      const picture = group.ownerSVGElement.getBoundingClientRect();
      const texts = [...group.querySelectorAll("text:not(.small)")].filter((each) => {
        const { left, right, top, bottom } = each.getBoundingClientRect();
        return left < frame.left || right > frame.right || top < frame.top - 1 || bottom > frame.bottom + 1;
      });
      const left = frame.right > picture.right || frame.bottom > picture.bottom ? ["a box"] : [];
      return [...texts.map((each) => each.textContent), ...left];
    })`);
    expect(outside).toEqual([]);
  }
});
