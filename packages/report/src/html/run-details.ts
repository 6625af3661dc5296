import { formatDuration, repeatCommand, wasTried } from "../wording.ts";
import { clip, lastRows } from "./clip.ts";
import { html, type Markup, type Piece, prose } from "./escape-html.ts";
import { bar, fold, scroller } from "./page.ts";
import { type ResultPage, section } from "./result-page.ts";

/** The services' last lines, each folded away. */
export function drawLogs(page: ResultPage): Piece {
  const { logs = [] } = page.result;
  if (logs.length === 0) return undefined;
  const drawn = logs.map(({ service, text }) => {
    const name = clip(service, 100);
    const rows = text.trim() === "" ? undefined : lastRows(text, page.amounts.log);
    if (rows === undefined) return html`<p><code>${name}</code> <span class="quiet">wrote nothing</span></p>`;
    return fold(html`<code>${name}</code>`, scroller(`Log of ${name}`, html`<pre><code>${rows}</code></pre>`));
  });
  return section(page, "logs", "What the services wrote", drawn);
}

function drawBars(caption: string, entries: readonly { name: Piece; ms: number }[], most: number): Markup {
  const rows = entries.map(
    ({ name, ms }) =>
      html`<tr><th scope="row">${name}</th><td class="number">${formatDuration(ms)}</td><td class="track">${bar(most === 0 ? 0 : ms / most)}</td></tr>`,
  );
  return html`<table class="times"><caption>${caption}</caption><thead class="hidden"><tr><th scope="col">What</th><th scope="col">Time</th><td></td></tr></thead><tbody>${rows}</tbody></table>`;
}

/** How long each phase and each check took. */
export function drawTimings(page: ResultPage): Piece {
  const { timings, checks } = page.result;
  const { total, ...rest } = timings;
  const phases = Object.entries(rest).map(([name, ms]) => ({ name: clip(name, 60), ms }));
  if (phases.length === 0) return undefined;
  const whole = total ?? Math.max(...phases.map(({ ms }) => ms));
  const took = checks
    .filter(({ attempts }) => attempts.length > 0)
    .map(({ id, ms }) => ({ name: page.linkTo(id), ms }));
  const longest = Math.max(...took.map(({ ms }) => ms));
  return section(page, "times", "Time", [
    drawBars(total === undefined ? "By phase" : `${formatDuration(total)} in all; phases overlap`, phases, whole),
    took.length === 0 ? undefined : fold("By check", drawBars("Observing checks run side by side", took, longest)),
  ]);
}

/** Where it was graded, with what, and how to do it again. */
export function drawEnvironment(page: ResultPage): Piece {
  const { lab, submission, environment, seed, startedAt, retriedAfter } = page.result;
  const { standIns, images = [] } = environment;
  const facts: [string, string | undefined][] = [
    ["Lab", `${lab.id} ${lab.version}`],
    ["Student", submission.student],
    ["Commit", submission.commit],
    ["Started", startedAt],
    ["Seed", seed],
    ["Grader", environment.grader],
    ["Engine", environment.engine],
    ["Compose", environment.compose],
    ["Node", environment.node],
    ["Machine", [environment.os, environment.arch].filter((part) => part !== undefined).join(", ") || undefined],
    ["cgroup", environment.cgroup],
    ["Storage", environment.storageDriver],
  ];
  const digests: [string, string | undefined][] = [
    ["Submission", submission.digest],
    ["Lab", lab.digest],
    ["Grader", environment.graderDigest],
    ["Fingerprint", environment.fingerprint],
    ...images.map(({ name, digest }): [string, string] => [name, digest]),
  ];
  const write = (pairs: typeof facts, asCode: boolean) =>
    pairs.map(([name, value]) => {
      if (value === undefined) return undefined;
      const shown = clip(value, 300);
      return html`<dt>${clip(name, 120)}</dt><dd>${asCode ? html`<code>${shown}</code>` : shown}</dd>`;
    });
  return section(page, "environment", "How it was graded", [
    retriedAfter === undefined
      ? undefined
      : html`<p>Second attempt: the first ended with <code>${retriedAfter.code}</code>, ${prose(retriedAfter.message)}</p>`,
    wasTried(page.result)
      ? html`<p class="quiet">Repeat it:</p><pre class="command"><code>${clip(repeatCommand(page.result), 500)}</code></pre>`
      : undefined,
    fold(
      "Environment",
      html`<dl>${write(facts, false)}${standIns.length === 0 ? undefined : html`<dt>Stand-ins</dt><dd>${clip(standIns.join(", "), 2000)}</dd>`}</dl>`,
    ),
    fold("Digests", html`<dl>${write(digests, true)}</dl>`),
  ]);
}
