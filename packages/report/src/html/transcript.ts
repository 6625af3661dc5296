import type { TranscriptCall } from "@compose-labs/lab";
import { formatDuration } from "../wording.ts";
import { clip } from "./clip.ts";
import { html, type Markup, type Piece } from "./escape-html.ts";
import { fold } from "./page.ts";
import type { ResultPage } from "./result-page.ts";

function drawCall({ call, answer, ms, ok, reproduce }: TranscriptCall, length: number): Markup {
  const [tone, word] = ok ? ["passed", "✓ as expected"] : ["failed", "✗ not as expected"];
  const command =
    ok || reproduce === undefined
      ? undefined
      : html`<pre class="command"><code>${clip(reproduce, length)}</code></pre>`;
  const came = answer.trim() === "" ? html`<span class="quiet">nothing came back</span>` : clip(answer, length);
  return html`<li><code>${clip(call, length)}</code> <span class="quiet">${formatDuration(ms)}, <span class="${tone}">${word}</span></span><div class="answer">${came}</div>${command}</li>`;
}

/** What the check asked and what came back, folded away: the last calls, and those that went wrong before them. */
export function drawTranscript({ amounts }: ResultPage, transcript: readonly TranscriptCall[]): Piece {
  if (transcript.length === 0) return undefined;
  const tail = transcript.slice(-amounts.calls);
  const wrongBefore = transcript
    .slice(0, -amounts.calls)
    .filter(({ ok }) => !ok)
    .slice(-2);
  const shown = [...wrongBefore, ...tail];
  const left = transcript.length - shown.length;
  const skipped =
    left === 0 ? undefined : html`<p class="quiet">${left} earlier ${left === 1 ? "call" : "calls"} left out</p>`;
  const calls = `${transcript.length} ${transcript.length === 1 ? "call" : "calls"}`;
  const drawn = shown.map((call) => drawCall(call, amounts.callLength));
  return fold(`What was asked and what came back (${calls})`, html`${skipped}<ol class="calls">${drawn}</ol>`);
}
