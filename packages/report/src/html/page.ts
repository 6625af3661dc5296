import { defuseCommands } from "../neutralise.ts";
import { html, type Markup, type Piece } from "./escape-html.ts";
import { baseStyle } from "./style.ts";

export interface HtmlPage {
  title: string;
  /** The page's head: its level 1 heading and what belongs to it. */
  head: Piece;
  /** Ways through the page, for one that is long; best a `nav` with a label. */
  contents?: Piece;
  body: Piece;
  /** A last line. */
  foot?: Piece;
  /** `<style>` elements beside the common one. */
  styles?: readonly Markup[];
}

/**
 * One file that needs nothing else: the policy in it forbids scripts and every request, so that it shows the same from a
 * server, a disk or a mail's attachment. Ends with a line end.
 */
export function page({ title, head, contents, body, foot, styles = [] }: HtmlPage): string {
  const whole = html`<!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    <title>${title}</title>
    ${baseStyle}${styles}
    </head>
    <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header class="shell">${head}</header>
    ${contents}
    <main id="content" class="shell">${body}</main>
    ${foot === undefined ? undefined : html`<footer class="shell">${foot}</footer>`}
    </body>
    </html>
  `;
  return defuseCommands(whole.toString());
}

const HEADINGS = [
  (content: Piece, id: string) => html`<h1 id="${id}">${content}</h1>`,
  (content: Piece, id: string) => html`<h2 id="${id}">${content}</h2>`,
  (content: Piece, id: string) => html`<h3 id="${id}">${content}</h3>`,
  (content: Piece, id: string) => html`<h4 id="${id}">${content}</h4>`,
] as const;

export type Level = 1 | 2 | 3 | 4;

/** A heading; `id` is ours and the only one of its name on the page, never foreign text. */
export function heading(level: Level, content: Piece, id: string): Markup {
  return HEADINGS[level - 1]?.(content, id) ?? html``;
}

/** Something folded away. Opened by keyboard or mouse, and on paper always. */
export function fold(summary: Piece, content: Piece): Markup {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** A region that scrolls by itself where its content is wider than the page, also by keyboard. */
export function scroller(label: string, content: Piece): Markup {
  return html`<div class="scroller" tabindex="0" role="group" aria-label="${label}">${content}</div>`;
}

/** A horizontal bar for the eye only: what it shows must stand beside it as text. `fraction` is 0 to 1. */
export function bar(fraction: number): Markup {
  const width = (Math.min(1, Math.max(0, fraction)) * 100).toFixed(1);
  return html`<svg class="bar" aria-hidden="true" width="100%" height="10"><rect width="100%" height="10" rx="2"/><rect class="full" width="${width}%" height="10" rx="2"/></svg>`;
}
