import type { CheckOutcome, CheckResult } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import {
  diagnosisPage,
  explainBlocked,
  faultText,
  foundText,
  NO_POINTS_LOST,
  OUTCOME_WORDS,
  reproduceCommand,
  type Tone,
} from "../wording.ts";
import { clip, lastRows } from "./clip.ts";
import { html, type Markup, type Piece, prose } from "./escape-html.ts";
import { drawExcerpt } from "./excerpt.ts";
import { fold, scroller } from "./page.ts";
import { anchorOf, type ResultPage, section, subheading } from "./result-page.ts";
import { drawTranscript } from "./transcript.ts";

const SIGNS: Record<CheckOutcome, { sign: string; tone: Tone | "quiet" }> = {
  passed: { sign: "✓", tone: "passed" },
  failed: { sign: "✗", tone: "failed" },
  blocked: { sign: "‖", tone: "blocked" },
  fault: { sign: "!", tone: "fault" },
  "not-run": { sign: "·", tone: "quiet" },
};

function drawOutcome(outcome: CheckOutcome): Markup {
  const { sign, tone } = SIGNS[outcome];
  return html`<span class="tone ${tone}"><span aria-hidden="true">${sign} </span>${OUTCOME_WORDS[outcome]}</span>`;
}

/** Points of a check. What was not decided has none: a zero would say that they are lost. */
function drawPoints({ verdict }: ResultPage["result"], { outcome, earned, points }: CheckResult): Markup {
  const open = outcome === "fault" || outcome === "not-run" || (outcome === "blocked" && verdict === "fault");
  const shown = open ? html`<span aria-hidden="true">–</span><span class="hidden">undecided</span>` : html`${earned}`;
  return html`${shown} of ${points}`;
}

function drawTable(page: ResultPage): Markup {
  const { result, prefix } = page;
  const rows = result.checks.map((check) => {
    const anchor = anchorOf(result, prefix, check);
    const title = check.title.trim() === "" ? html`<code>${check.id}</code>` : prose(check.title);
    const why =
      check.outcome === "blocked" ? html`<div class="quiet">${explainBlocked(check, result.checks)}</div>` : undefined;
    return html`<tr data-outcome="${check.outcome}"><td>${drawOutcome(check.outcome)}</td><td class="number">${drawPoints(result, check)}</td><th scope="row">${anchor === undefined ? title : html`<a href="#${anchor}">${title}</a>`}${why}</th></tr>`;
  });
  return html`<table class="outcomes"><thead><tr><th scope="col">Outcome</th><th scope="col" class="number">Points</th><th scope="col">Check</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function drawHints(hints: readonly string[], open: number): Piece {
  const name = (index: number) => `Hint ${index + 1} of ${hints.length}`;
  const shown = hints.slice(0, open).map((hint, index) => html`<dt>${name(index)}</dt><dd>${prose(hint)}</dd>`);
  const folded = hints.slice(open).map((hint, index) => fold(name(shown.length + index), html`<p>${prose(hint)}</p>`));
  return html`${shown.length === 0 ? undefined : html`<dl class="hints">${shown}</dl>`}${folded}`;
}

function drawFailure(page: ResultPage, check: CheckResult): Markup {
  const { diagnosis } = check;
  const command = reproduceCommand(check);
  const log = diagnosis?.log?.trim() ? lastRows(diagnosis.log, page.amounts.log) : undefined;
  return html`<dl><dt>Found</dt><dd>${prose(foundText(check))}</dd>
    ${diagnosis === undefined ? undefined : html`<dt>Expected</dt><dd>${prose(diagnosis.expected)}</dd>`}
    ${diagnosis?.place === undefined ? undefined : html`<dt>Where</dt><dd><code>${formatPlace(diagnosis.place)}</code></dd>`}</dl>
    ${drawExcerpt(diagnosis?.place, diagnosis?.source)}
    ${diagnosis?.hint === undefined ? undefined : html`<dl><dt>Help</dt><dd>${prose(diagnosis.hint)}</dd></dl>`}
    ${drawHints(check.hints, page.hints)}
    ${command === undefined ? undefined : html`<p class="quiet">See it yourself:</p><pre class="command"><code>${clip(command, 2000)}</code></pre>`}
    ${log === undefined ? undefined : fold("Last output", scroller("Last output", html`<pre><code>${log}</code></pre>`))}
    ${diagnosis === undefined ? undefined : drawTranscript(page, diagnosis.transcript)}
    ${diagnosis === undefined ? undefined : html`<p class="quiet">More on <code>${diagnosis.code}</code>: <code>${diagnosisPage(diagnosis.code)}</code></p>`}`;
}

function drawCheckFault(check: CheckResult): Markup {
  const { length } = check.attempts;
  return html`<dl><dt>Cause</dt><dd>${prose(faultText(check))}</dd><dt>Tried</dt><dd>${length <= 1 ? "once" : `${length} times`}</dd><dt>Points</dt><dd>${NO_POINTS_LOST}</dd></dl>`;
}

function drawCheck(page: ResultPage, check: CheckResult): Piece {
  const anchor = anchorOf(page.result, page.prefix, check);
  if (anchor === undefined) return undefined;
  const { tone } = SIGNS[check.outcome];
  const title = check.title.trim() === "" ? html`<code>${check.id}</code>` : prose(check.title);
  return html`<article class="card ${tone}-card" aria-labelledby="${anchor}">
    <p class="eyebrow">${drawOutcome(check.outcome)} <span class="quiet">${drawPoints(page.result, check)} points</span> <code>${clip(check.id, 200)}</code></p>
    ${subheading(page, title, anchor)}
    ${check.outcome === "failed" ? drawFailure(page, check) : drawCheckFault(check)}</article>`;
}

/** Every check with its points, then each one that did not hold or could not be decided, with its cause. */
export function drawChecks(page: ResultPage): Piece {
  const { checks } = page.result;
  if (checks.every(({ outcome }) => outcome === "not-run") && page.result.verdict !== "graded") return undefined;
  return section(page, "checks", "Checks", [drawTable(page), checks.map((check) => drawCheck(page, check))]);
}
