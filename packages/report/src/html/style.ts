import { html } from "./escape-html.ts";

/**
 * The look that all pages share. Colours are named by what they are for; each has 4.5:1 on `--paper`, `--raised` and
 * its own `-wash`. A colour never says anything alone: a word or a sign stands beside it.
 */
export const baseStyle = html`<style>
:root {
  color-scheme: light dark;
  --paper: #fcfbf9; --raised: #f4f2ee; --ink: #1f2023; --quiet: #5d5c5a; --line: #dedad2; --accent: #2a5a86;
  --passed: #1c6a3f; --failed: #ab2a20; --blocked: #755003; --fault: #66429a;
  --passed-wash: #e8f2ea; --failed-wash: #fbeae7; --blocked-wash: #f8efdb; --fault-wash: #f0eaf8;
  --mark: #fbe3a6;
  --text: "Source Sans 3", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif;
  --code: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17181b; --raised: #202226; --ink: #e6e4df; --quiet: #a5a39d; --line: #383a40; --accent: #90bbe4;
    --passed: #84cf9f; --failed: #ff9f95; --blocked: #e3b869; --fault: #caadf2;
    --passed-wash: #1b2b21; --failed-wash: #35201e; --blocked-wash: #312818; --fault-wash: #29213a;
    --mark: #5c4a16;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 var(--text); overflow-wrap: anywhere; }
.shell { max-width: 62rem; margin: 0 auto; padding-inline: 1.25rem; }
body > header { padding-top: 2.5rem; }
body > footer { margin-top: 3rem; padding-top: 1rem; padding-bottom: 2.5rem; color: var(--quiet); font-size: .875rem; }
h1, h2, h3, h4 { line-height: 1.25; font-weight: 650; text-wrap: balance; }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.015em; }
h2 { margin: 3rem 0 1rem; font-size: 1.3rem; letter-spacing: -.01em; }
h3 { margin: 2rem 0 .75rem; font-size: 1.08rem; }
h4 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: .5rem; top: .5rem; }
.quiet { color: var(--quiet); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
code, pre, .code { font-family: var(--code); font-size: .875em; }
code { padding: .08em .3em; background: var(--raised); border-radius: 3px; }
pre { margin: 0; line-height: 1.5; }
pre code { padding: 0; background: none; }
.scroller, pre.command { background: var(--raised); border-radius: 4px; }
.scroller { max-width: 100%; overflow: auto; overflow-wrap: normal; }
.scroller th:first-child, .scroller td:first-child, .scroller caption { padding-left: .75rem; }
.scroller > pre { width: max-content; min-width: 100%; padding: .75rem .9rem; font-size: .84rem; }
pre.command { padding: .6rem .9rem; white-space: pre-wrap; font-size: .84rem; }
table { width: 100%; border-collapse: collapse; }
caption { padding-bottom: .5rem; text-align: left; color: var(--quiet); font-size: .875rem; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: inherit; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
dl { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .45rem 1rem; margin: .75rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; white-space: pre-line; }
details { margin: .5rem 0; }
summary { width: fit-content; padding: .15rem .3rem .15rem 0; color: var(--accent); cursor: pointer; }
details[open] > summary { margin-bottom: .4rem; }
.tone { white-space: nowrap; font-weight: 600; }
.passed { color: var(--passed); } .failed { color: var(--failed); }
.blocked { color: var(--blocked); } .fault { color: var(--fault); }
.bar { display: block; border-radius: 2px; }
.bar rect { fill: var(--raised); } .bar .full { fill: var(--accent); }
@media (max-width: 34rem) {
  .shell { padding-inline: 1rem; }
  body > header { padding-top: 1.5rem; }
  h1 { font-size: 1.5rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .6rem; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --raised: #fff; --ink: #000; --quiet: #444; --line: #bbb; --accent: #000;
    --passed: #14532d; --failed: #8f1d14; --blocked: #5c3f00; --fault: #4c2f7a;
    --passed-wash: #fff; --failed-wash: #fff; --blocked-wash: #fff; --fault-wash: #fff; --mark: #e8e8e8;
  }
  @page { margin: 16mm; }
  body { font-size: 10.5pt; }
  .shell { max-width: none; padding-inline: 0; }
  body > header { padding-top: 0; }
  .skip { display: none; }
  a { color: inherit; text-decoration: none; }
  h1, h2, h3, h4, summary { break-after: avoid; }
  tr, svg { break-inside: avoid; }
  .scroller, pre.command { border: 1px solid var(--line); }
  .scroller { overflow: visible; }
  .scroller > pre { width: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
  summary { color: var(--quiet); list-style: none; }
  details::details-content { content-visibility: visible; block-size: auto; opacity: 1; }
}
</style>`;
