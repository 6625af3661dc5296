import { html } from "./escape-html.ts";

/** What a report of results needs beside the common style. */
export const reportStyle = html`<style>
.subject { margin: .35rem 0 1.25rem; }
.verdict { padding: 1rem 1.25rem 1.1rem; border-radius: 6px; }
.verdict > :last-child { margin-bottom: 0; }
.passed-wash { background: var(--passed-wash); } .failed-wash { background: var(--failed-wash); }
.blocked-wash { background: var(--blocked-wash); } .fault-wash { background: var(--fault-wash); }
.sum { margin: 0 0 .6rem; font-size: 1.45rem; line-height: 1.3; }
.verdict .bar rect { fill: var(--line); }
.verdict.passed-wash .bar .full { fill: var(--passed); } .verdict.failed-wash .bar .full { fill: var(--failed); }
.verdict.blocked-wash .bar .full { fill: var(--blocked); }
.verdict dt, .verdict .quiet { color: inherit; font-weight: 600; }
.verdict code { background: none; padding: 0; }
.result { margin-top: 4rem; padding-top: 1rem; border-top: 3px solid var(--ink); }
.result > h2 { margin-top: 1.5rem; }
.outcomes th, .outcomes td { vertical-align: baseline; }
.outcomes td:nth-child(1) { width: 7.5rem; } .outcomes td:nth-child(2), .outcomes th:nth-child(2) { width: 5.5rem; padding-right: 1.5rem; }
.outcomes th a { color: inherit; text-decoration-color: var(--quiet); }
.card { margin: 2rem 0; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-top: 3px solid var(--line); border-radius: 5px; }
.failed-card { border-top-color: var(--failed); } .blocked-card { border-top-color: var(--blocked); }
.fault-card { border-top-color: var(--fault); }
h2 + .card, h3 + .card { margin-top: 1rem; }
.card h3, .card h4 { margin: .15rem 0 .75rem; font-size: 1.12rem; }
.card > .scroller { margin: .9rem 0; }
.card > :last-child { margin-bottom: 0; }
.eyebrow { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .8rem; margin: 0 0 .35rem; font-size: .875rem; }
.excerpt { padding-left: 0; padding-right: 0; }
.excerpt .row { display: block; padding: 0 .9rem; }
.excerpt .gutter { color: var(--quiet); user-select: none; }
.excerpt .marked { background: var(--failed-wash); box-shadow: inset 4px 0 var(--failed); }
.blocked-card .marked { background: var(--blocked-wash); box-shadow: inset 4px 0 var(--blocked); }
.excerpt .marked .gutter { color: var(--ink); font-weight: 700; }
mark { background: var(--mark); color: var(--ink); border-radius: 2px; }
.calls { margin: .5rem 0; padding-left: 1.6rem; }
.calls li { margin: .6rem 0; }
.answer { margin: .15rem 0 .35rem; font: .84rem/1.5 var(--code); white-space: pre-wrap; }
svg.stack { display: block; margin: 1rem auto; }
.stack text { font: 12px var(--code); fill: var(--ink); }
.stack .name { font-size: 13.5px; font-weight: 700; } .stack .label, .stack .small { fill: var(--quiet); }
.stack .small { font-size: 10.5px; }
.stack .box rect { fill: var(--paper); stroke: var(--ink); stroke-width: 1.25; }
.stack .lane path { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.stack .lane rect { fill: var(--paper); stroke: var(--quiet); stroke-width: 1.5; }
.stack .dots circle { fill: var(--ink); }
.stack .lane text { font-size: 11.5px; } .stack .lane .small { font-size: 10.5px; }
.stack .arrow path { fill: none; stroke: var(--accent); stroke-width: 1.75; }
.stack .arrow .head { fill: var(--accent); stroke: none; }
.stack .stopped path { stroke: var(--quiet); stroke-dasharray: 4 3; } .stack .stopped .cross { stroke: var(--ink); stroke-dasharray: none; }
.legend { font-size: .875rem; }
.tables table { margin: 0 0 1.5rem; font-size: .875rem; } .tables .scroller { padding: 0 .9rem; background: none; }
.tables td, .tables th { min-width: 6rem; overflow-wrap: break-word; } .tables ul { margin: 0; padding-left: 1.1rem; }
.times th { width: 12rem; overflow-wrap: anywhere; } .times td.number { width: 5.5rem; } .times .track { vertical-align: middle; padding-right: 0; }
nav.contents table { margin: 1.5rem 0; }
@media (max-width: 34rem) {
  .card { padding: .9rem 1rem; } .verdict { padding: .9rem 1rem; } .sum { font-size: 1.2rem; }
  .outcomes td:nth-child(1) { width: auto; } .outcomes td:nth-child(2), .outcomes th:nth-child(2) { width: auto; padding-right: .75rem; }
  .times th { width: 6.5rem; }
}
@media print {
  .verdict, .card { border: 1px solid var(--line); } .card { break-inside: auto; }
  .excerpt .marked { font-weight: 700; }
  svg.stack { max-width: 100%; height: auto; }
  .result { break-before: page; border-top: none; }
}
</style>`;
