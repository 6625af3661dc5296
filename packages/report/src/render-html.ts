import type { Result } from "@compose-labs/lab";
import { titleText } from "./failure-text.ts";
import { clip } from "./html/clip.ts";
import { html, type Markup } from "./html/escape-html.ts";
import { heading, page, scroller } from "./html/page.ts";
import { reportStyle } from "./html/report-style.ts";
import { drawResult } from "./html/result-article.ts";
import { drawSubject, VERDICT_SIGNS } from "./html/verdict.ts";
import { sumUp } from "./wording.ts";

export interface HtmlOptions {
  /** Levels of hints shown for each failed check; those beyond are folded away. Default 1. */
  hints?: number;
}

function nameOf({ lab }: Result): string {
  return titleText(lab.title, lab.id);
}

function drawContents(results: readonly Result[]): Markup {
  const rows = results.map((result, index) => {
    const { tone, text } = sumUp(result);
    return html`<tr><th scope="row"><a href="#r${index + 1}">${nameOf(result)}</a></th><td>${clip(result.submission.student ?? "", 200)}</td><td><span class="${tone}"><span aria-hidden="true">${VERDICT_SIGNS[tone]} </span>${text}</span></td></tr>`;
  });
  return html`<nav class="contents shell" aria-label="Results">${scroller("Results", html`<table><thead><tr><th scope="col">Lab</th><th scope="col">Student</th><th scope="col">Verdict</th></tr></thead><tbody>${rows}</tbody></table>`)}</nav>`;
}

const FOOT = "Made from the result document, which has the same verdict. This page loads nothing and runs no script.";

/** Results as one HTML file that needs nothing else. Whatever the submission wrote is only text in it. */
export function renderHtml(results: readonly Result[], { hints = 1 }: HtmlOptions = {}): string {
  const [only, second] = results;
  if (only !== undefined && second === undefined) {
    const { verdict, sections } = drawResult(only, { prefix: "r1", level: 2, hints });
    return page({
      title: `${sumUp(only).text} · ${nameOf(only)}`,
      head: html`${heading(1, nameOf(only), "r1")}${drawSubject(only)}${verdict}`,
      body: sections,
      foot: FOOT,
      styles: [reportStyle],
    });
  }
  const title = `${results.length} results`;
  const articles = results.map((result, index) => {
    const prefix = `r${index + 1}`;
    const { verdict, sections } = drawResult(result, { prefix, level: 3, hints });
    return html`<article class="result" aria-labelledby="${prefix}">${heading(2, nameOf(result), prefix)}${drawSubject(result)}${verdict}${sections}</article>`;
  });
  return page({
    title,
    head: heading(1, title, "top"),
    ...(results.length === 0 ? {} : { contents: drawContents(results) }),
    body: results.length === 0 ? html`<p>There is no result.</p>` : articles,
    foot: FOOT,
    styles: [reportStyle],
  });
}
