import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { inject } from "vitest";

interface OpenOptions {
  colorScheme?: "light" | "dark";
  /** Of the window, in CSS pixels. */
  width?: number;
}

/** A page as it was opened, and what it did that a report must not do. */
interface OpenedPage extends AsyncDisposable {
  page: Page;
  /** Addresses that were asked for beside the document itself. */
  requests: string[];
  /** What the browser's console said, errors of the page and refusals of its policy among it. */
  console: string[];
}

/** Pages in the headless browser of this machine; close it with `await using`. */
export interface Pages extends AsyncDisposable {
  open(text: string, options?: OpenOptions): Promise<OpenedPage>;
}

const ADDRESS = "http://report.invalid/";

export async function openPages(): Promise<Pages> {
  const browser: Browser = await chromium.launch({ executablePath: inject("browserPath") });
  return {
    async open(text, { colorScheme = "light", width = 1280 } = {}) {
      const context: BrowserContext = await browser.newContext({
        colorScheme,
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      const requests: string[] = [];
      const console: string[] = [];
      page.on("console", (message) => console.push(message.text()));
      page.on("pageerror", (error) => console.push(error.message));
      await context.route("**/*", (route) => {
        if (route.request().url() === ADDRESS) return route.fulfill({ contentType: "text/html", body: text });
        requests.push(route.request().url());
        return route.abort();
      });
      await page.goto(ADDRESS);
      return { page, requests, console, [Symbol.asyncDispose]: () => context.close() };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** What axe calls serious or critical, as `rule: element` lines; WCAG 2.2 A and AA and axe's best practices. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html.slice(0, 200)}`));
}

/** CSS pixels by which the page is wider than its window; 0 where nobody has to scroll sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
