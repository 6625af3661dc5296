import { html, type Markup, prose } from "../html/escape-html.ts";
import { bar, fold, heading, page, scroller } from "../html/page.ts";
import { type LabStatistics, summariseClass } from "./class-statistics.ts";
import { explainEntry } from "./explain-entry.ts";
import type { Entry, Gradebook } from "./gradebook.ts";

const style = html`<style>
.lab { margin-top: 3rem; padding-top: .25rem; border-top: 3px solid var(--line); }
.histogram { display: block; width: 100%; max-width: 38rem; height: auto; }
.histogram rect { fill: var(--accent); } .histogram .base { stroke: var(--line); stroke-width: 1; }
.histogram text { font: 12px var(--text); fill: var(--quiet); text-anchor: middle; }
.histogram .count { fill: var(--ink); font-weight: 600; }
.share { width: 30%; min-width: 5rem; vertical-align: middle; }
td.found { min-width: 12rem; }
@media (max-width: 34rem) { .share { display: none; } }
</style>`;

/** Hardest checks and commonest diagnoses that are shown of a lab; the others are counted. */
const MOST = 10;

/** A page on the class: how the points are spread, which checks are hard, and what goes wrong most often. */
export function renderClassPage(gradebook: Gradebook): string {
  const { title, rows, unknown } = gradebook;
  const labs = summariseClass(gradebook);
  return page({
    title: `${title}: the class`,
    head: html`${heading(1, title, "top")}<p class="quiet">${count(rows.length, "student")}, ${count(labs.length, "lab")}</p>`,
    body: html`${drawOverview(labs)}${unknown.length === 0 ? undefined : drawUnknown(unknown)}${labs.map(drawLab)}${drawStudents(gradebook)}`,
    foot: "Made from result documents by the attempts that count. This page loads nothing and runs no script.",
    styles: [style],
  });
}

function count(many: number, what: string): string {
  return `${many} ${many === 1 ? what : `${what}s`}`;
}

const show = (points: number | undefined) => (points === undefined ? "–" : String(Math.round(points * 10) / 10));

function drawOverview(labs: LabStatistics[]): Markup {
  if (labs.length === 0) return html`<p>There is no lab yet: no result was found, and the course names none.</p>`;
  const rows = labs.map(
    ({ slug, points, marked, missing, open, late, median, mean }, index) =>
      html`<tr><th scope="row"><a href="#lab-${index + 1}">${slug}</a></th>${[marked, missing, open, late].map((each) => html`<td class="number">${each}</td>`)}<td class="number">${show(median)}</td><td class="number">${show(mean)}</td><td class="number">${points}</td></tr>`,
  );
  return html`<section>${heading(2, "Labs", "labs")}${scroller("Labs", html`<table><caption>No mark: faults, parts, and what came after the closing; they are no zeros</caption><thead><tr><th scope="col">Lab</th>${["Marked", "Missing", "No mark", "Late", "Median", "Mean", "Points"].map((word) => html`<th scope="col" class="number">${word}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`)}</section>`;
}

function drawUnknown(unknown: Gradebook["unknown"]): Markup {
  const rows = unknown.map(
    ({ student, documents }) =>
      html`<tr><th scope="row"><code>${student}</code></th><td class="number">${documents.length}</td></tr>`,
  );
  return html`<section>${heading(2, "Not in the roster", "unknown")}<table><thead><tr><th scope="col">Name in the documents</th><th scope="col" class="number">Documents</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function drawLab(lab: LabStatistics, index: number): Markup {
  const id = `lab-${index + 1}`;
  const hidden = (all: unknown[], what: string) =>
    all.length <= MOST ? undefined : html`<p class="quiet">${all.length - MOST} more ${what}.</p>`;
  const checks = lab.checks
    .slice(0, MOST)
    .map(
      ({ id: check, title, tried, passed }) =>
        html`<tr><th scope="row">${prose(title)} <code>${check}</code></th><td class="number">${passed} of ${tried}</td><td class="share">${bar(passed / tried)}</td></tr>`,
    );
  const diagnoses = lab.diagnoses
    .slice(0, MOST)
    .map(
      ({ code, students, found }) =>
        html`<tr><th scope="row"><code>${code}</code></th><td class="number">${students}</td><td class="found">${prose(found.slice(0, 300))}</td></tr>`,
    );
  return html`<section class="lab">${heading(2, `${lab.slug}: ${lab.title}`, id)}${
    lab.marked === 0
      ? html`<p>Nobody has a mark yet.</p>`
      : html`${heading(3, "Points", `${id}-points`)}${drawHistogram(lab)}${heading(3, "Hardest checks", `${id}-checks`)}<table><thead><tr><th scope="col">Check</th><th scope="col" class="number">Passed</th><th scope="col" class="share"><span class="hidden">Share</span></th></tr></thead><tbody>${checks}</tbody></table>${hidden(lab.checks, "checks")}${
          diagnoses.length === 0
            ? undefined
            : html`${heading(3, "Commonest diagnoses", `${id}-diagnoses`)}${scroller(`Diagnoses of ${lab.slug}`, html`<table><thead><tr><th scope="col">Code</th><th scope="col" class="number">Students</th><th scope="col">For example</th></tr></thead><tbody>${diagnoses}</tbody></table>`)}${hidden(lab.diagnoses, "codes")}`
        }`
  }</section>`;
}

const COLUMN = 44;
const HEIGHT = 120;

/** How many students reached which tenth of the points; the label says all that the bars do. */
function drawHistogram({ tenths, points }: LabStatistics): Markup {
  const most = Math.max(1, ...tenths);
  const ranges = tenths.map((_, index) => `${show((points * index) / 10)} to ${show((points * (index + 1)) / 10)}`);
  const label = tenths.map((many, index) => `${ranges[index]} points: ${many}`).join(", ");
  const bars = tenths.map((many, index) => {
    const height = (many / most) * HEIGHT;
    const middle = index * COLUMN + COLUMN / 2;
    return html`<rect x="${index * COLUMN + 4}" y="${(20 + HEIGHT - height).toFixed(1)}" width="${COLUMN - 8}" height="${height.toFixed(1)}" rx="2"/>${many === 0 ? undefined : html`<text class="count" x="${middle}" y="${(14 + HEIGHT - height).toFixed(1)}">${many}</text>`}<text x="${middle}" y="${HEIGHT + 38}">${show((points * index) / 10)}</text>`;
  });
  return html`<svg class="histogram" role="img" aria-label="Students by points. ${label}" viewBox="0 0 ${COLUMN * 10} ${HEIGHT + 46}"><path class="base" d="M0 ${HEIGHT + 20.5}H${COLUMN * 10}"/>${bars}</svg><p class="quiet">Students by points; each bar begins at the number below it.</p>`;
}

const WORDS: Record<Entry["kind"], string> = {
  marked: "",
  missing: "missing",
  "no-mark": "no mark",
  closed: "closed",
};

function drawStudents({ labs, rows }: Gradebook): Markup {
  const cell = (entry: Entry) =>
    entry.kind === "marked"
      ? html`<td class="number">${entry.counted.points}${entry.counted.lateness.days === 0 ? undefined : html`<div class="quiet">${entry.counted.lateness.days} d late</div>`}</td>`
      : html`<td class="number"><span class="quiet">${WORDS[entry.kind]}</span></td>`;
  const body = rows.map(
    ({ student, entries }) =>
      html`<tr><th scope="row">${student.name}<div class="quiet">${[student.id, student.github].filter((word) => word !== undefined).join(" · ")}</div></th>${entries.map(cell)}</tr>`,
  );
  const notes = rows.flatMap(({ student, entries }) =>
    entries.flatMap((entry, index) =>
      entry.kind === "no-mark" || entry.kind === "closed"
        ? html`<li>${student.name}, ${labs[index]?.slug}: ${explainEntry(entry)}</li>`
        : [],
    ),
  );
  return html`<section>${heading(2, "Students", "students")}${fold(
    "Points by student",
    html`${scroller("Points by student", html`<table><thead><tr><th scope="col">Student</th>${labs.map(({ slug }) => html`<th scope="col" class="number">${slug}</th>`)}</tr></thead><tbody>${body}</tbody></table>`)}${notes.length === 0 ? undefined : html`<p>Why there is no mark:</p><ul>${notes}</ul>`}`,
  )}</section>`;
}
