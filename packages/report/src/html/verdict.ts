import type { Result } from "@compose-labs/lab";
import {
  hiddenText,
  NO_MARK,
  NO_POINTS_LOST,
  outcomesText,
  runFaultText,
  standInsText,
  sumUp,
  type Tone,
  wasTried,
} from "../wording.ts";
import { clip } from "./clip.ts";
import { html, type Markup, type Piece, prose } from "./escape-html.ts";
import { bar } from "./page.ts";
import type { ResultPage } from "./result-page.ts";

export const VERDICT_SIGNS: Record<Tone, string> = { passed: "✓", failed: "✗", blocked: "◐", fault: "!" };

/** The lab, and whose work it is, in one line. */
export function drawSubject({ lab, submission, startedAt }: Result): Markup {
  const { student, commit } = submission;
  return html`<p class="quiet subject"><code>${clip(lab.id, 200)}</code>${student === undefined ? undefined : html` · ${clip(student, 200)}`}${commit === undefined ? undefined : html` · <code>${clip(commit, 12)}</code>`} · <time datetime="${startedAt}">${startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC")}</time></p>`;
}

function drawFault({ fault }: Result, cause: string): Markup {
  return html`<dl><dt>Cause</dt><dd>${prose(cause)}${fault === undefined ? undefined : html` <code>${fault.code}</code>`}</dd>
    ${fault?.hint === undefined ? undefined : html`<dt>What to do</dt><dd>${prose(fault.hint)}</dd>`}
    <dt>Points</dt><dd>${NO_POINTS_LOST}</dd></dl>`;
}

/** The verdict and all that qualifies it. */
export function drawVerdict({ result }: ResultPage): Markup {
  const { verdict, score, maxScore, partial } = result;
  const { tone, text } = sumUp(result);
  const remarks: Piece[] = [
    partial ? NO_MARK : undefined,
    hiddenText(result),
    standInsText(result) === undefined ? undefined : clip(`${standInsText(result)}.`, 2000),
  ];
  return html`<div class="verdict ${tone}-wash" data-verdict="${verdict}">
    <p class="sum ${tone}"><span aria-hidden="true">${VERDICT_SIGNS[tone]} </span><strong>${text}</strong></p>
    ${verdict === "graded" ? bar((score ?? 0) / maxScore) : undefined}
    ${wasTried(result) ? html`<p class="counts">${outcomesText(result)}</p>` : undefined}
    ${verdict === "fault" ? drawFault(result, runFaultText(result)) : undefined}
    ${remarks.map((remark) => (remark === undefined ? undefined : html`<p class="remark">${remark}</p>`))}</div>`;
}
