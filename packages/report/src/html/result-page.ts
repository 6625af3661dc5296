import type { CheckResult, Result } from "@compose-labs/lab";
import { clip } from "./clip.ts";
import { html, type Markup, type Piece } from "./escape-html.ts";
import { heading, type Level } from "./page.ts";

/** How much of transcripts and logs is shown; everything else is always shown whole. */
export interface Amounts {
  calls: number;
  callLength: number;
  log: { rows: number; characters: number };
}

/** One result on its way to the page: what its sections need to know of each other. */
export interface ResultPage {
  result: Result;
  /** Before every id of this result on the page. */
  prefix: string;
  /** Of the headings of its sections. */
  level: 2 | 3;
  /** Levels of hints that are not folded away. */
  hints: number;
  amounts: Amounts;
  /** A check's id, as a link where more of the check is on the page. */
  linkTo(check: string): Markup;
}

/** The id of a check's part of the page; undefined where it has none. */
export function anchorOf({ checks }: Result, prefix: string, check: CheckResult | undefined): string | undefined {
  const known = check?.outcome === "failed" || check?.outcome === "fault";
  return known ? `${prefix}-check-${checks.indexOf(check) + 1}` : undefined;
}

export function openResultPage(
  result: Result,
  options: { prefix: string; level: 2 | 3; hints: number; amounts: Amounts },
): ResultPage {
  return {
    ...options,
    result,
    linkTo(check) {
      const anchor = anchorOf(
        result,
        options.prefix,
        result.checks.find(({ id }) => id === check),
      );
      const name = html`<code>${clip(check, 200)}</code>`;
      return anchor === undefined ? name : html`<a href="#${anchor}">${name}</a>`;
    },
  };
}

/** A part of a result under a heading of its own; `name` is ours. */
export function section({ prefix, level }: ResultPage, name: string, title: Piece, content: Piece): Markup {
  const id = `${prefix}-${name}`;
  return html`<section class="${name}" aria-labelledby="${id}">${heading(level, title, id)}${content}</section>`;
}

/** A heading one level below those of the sections. */
export function subheading({ level }: ResultPage, content: Piece, id: string): Markup {
  return heading((level + 1) as Level, content, id);
}
