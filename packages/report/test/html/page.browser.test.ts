import { afterAll, beforeAll, expect, test } from "vitest";
import { html } from "../../src/html/escape-html.ts";
import { fold, heading, page as renderPage, scroller } from "../../src/html/page.ts";
import { findBarriers, openPages, overflowOf, type Pages } from "./browser.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

const wide = "long ".repeat(200).replaceAll(" ", "-");
const text = renderPage({
  title: "A page",
  head: heading(1, "A page", "top"),
  body: html`${heading(2, "Folded", "folded")}${fold("More", html`<p id="inside">inside</p>`)}
    ${scroller("A long line", html`<pre>${wide}</pre>`)}`,
});

test.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 380],
] as const)("a page has no barriers, %s at %i px, and asks for nothing", async (colorScheme, width) => {
  await using opened = await pages.open(text, { colorScheme, width });
  expect(await findBarriers(opened.page)).toEqual([]);
  expect(await overflowOf(opened.page)).toBe(0);
  expect(opened.requests).toEqual([]);
  expect(opened.console).toEqual([]);
});

test("barriers and overflow are noticed", async () => {
  await using opened = await pages.open(
    `<!doctype html><html><title>x</title><main><img src="gone.png"><p style="width:3000px">x</p></main></html>`,
  );
  const barriers = await findBarriers(opened.page);
  expect(barriers.some((line) => line.startsWith("image-alt"))).toBe(true);
  expect(barriers.some((line) => line.startsWith("html-has-lang"))).toBe(true);
  expect(await overflowOf(opened.page)).toBeGreaterThan(1000);
  expect(opened.requests).toEqual(["http://report.invalid/gone.png"]);
});

test("what is folded away opens by keyboard, and is open on paper", async () => {
  await using opened = await pages.open(text);
  const inside = opened.page.locator("#inside");
  expect(await inside.isVisible()).toBe(false);
  await opened.page.emulateMedia({ media: "print" });
  expect(await inside.isVisible()).toBe(true);
  await opened.page.emulateMedia({ media: "screen" });
  await opened.page.locator("summary").focus();
  await opened.page.keyboard.press("Enter");
  expect(await inside.isVisible()).toBe(true);
});
