import type { Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import { html, type Markup, type Piece, prose } from "./escape-html.ts";
import { drawExcerpt } from "./excerpt.ts";
import { type ResultPage, section, subheading } from "./result-page.ts";

type Finding = Result["findings"][number];

function drawFinding(page: ResultPage, finding: Finding, id: string): Markup {
  const { severity, code, message, place, remedy, source } = finding;
  const [tone, word, why] =
    severity === "refuse" ? (["failed", "✗ Refused", "Why"] as const) : (["blocked", "i Note", "What"] as const);
  return html`<article class="card ${tone}-card">
    ${subheading(page, html`<span class="tone ${tone}">${word}</span> <code>${code}</code>`, id)}
    <dl><dt>${why}</dt><dd>${prose(message)}</dd><dt>Where</dt><dd><code>${formatPlace(place)}</code></dd><dt>Change</dt><dd>${prose(remedy)}</dd></dl>
    ${drawExcerpt(place, source)}</article>`;
}

/** The findings of one severity under a heading of their own; nothing where there are none. */
function drawThese(page: ResultPage, severity: Finding["severity"], name: string, title: string): Piece {
  const these = page.result.findings.filter((finding) => finding.severity === severity);
  if (these.length === 0) return undefined;
  const drawn = these.map((finding, index) => drawFinding(page, finding, `${page.prefix}-${name}-${index + 1}`));
  return section(page, name, title, drawn);
}

/** What the policy refused, and so nothing was started. */
export function drawRefusals(page: ResultPage): Piece {
  return drawThese(page, "refuse", "refusals", "What was refused");
}

/** What the policy only remarks. */
export function drawNotes(page: ResultPage): Piece {
  return drawThese(page, "note", "notes", "Notes");
}
