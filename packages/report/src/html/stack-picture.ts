import type { Markup, Piece } from "./escape-html.ts";
import { html } from "./escape-html.ts";
import { type Arrow, BOX, type Box, LANE, type Lane, type StackLayout } from "./stack-layout.ts";

/** The whole text behind a shortened one, for the pointer. */
function tooltip(shown: string, whole: string): Piece {
  return shown === whole ? undefined : html`<title>${whole}</title>`;
}

function drawLane({ name, whole, internal, x, joins }: Lane, boxX: number): Markup {
  const end = joins.at(-1);
  const dash = internal ? html` stroke-dasharray="5 3"` : undefined;
  return html`<g class="lane">
    ${end === undefined ? undefined : html`<path d="M${x} 26V${end}"${dash}/>`}
    ${joins.map((y) => html`<path d="M${x} ${y}H${boxX}"/>`)}
    <rect x="${x - LANE.pill / 2}" y="4" width="${LANE.pill}" height="22" rx="11"${dash}/>
    <text x="${x}" y="19" text-anchor="middle">${tooltip(name, whole)}${name}</text>
    ${internal ? html`<text class="small" x="${x + 7}" y="40">internal</text>` : undefined}</g>`;
}

/** Above all lines, because those of other lanes run through them. */
function drawDots({ x, joins }: Lane): Markup {
  return html`<g class="dots">${joins.map((y) => html`<circle cx="${x}" cy="${y}" r="4.5"/>`)}</g>`;
}

function drawBox({ name, whole, lines, y, height }: Box, { x, width }: StackLayout["box"]): Markup {
  return html`<g class="box"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>
    <text class="name" x="${x + 12}" y="${y + 21}">${tooltip(name, whole)}${name}</text>
    ${lines.map((line, index) => {
      const at = y + BOX.top + (index + 1) * BOX.line - 3;
      const label =
        line.label === "" ? undefined : html`<text class="label" x="${x + 12}" y="${at}">${line.label}</text>`;
      return html`${label}<text x="${x + BOX.labels}" y="${at}">${tooltip(line.text, line.whole)}${line.text}</text>`;
    })}</g>`;
}

function drawArrow({ fromY, toY, x, reached, port, whole }: Arrow, right: number): Markup {
  const end = reached
    ? html`<path class="head" d="M${right + 1} ${toY}l9 -4.5v9z"/>`
    : html`<path class="cross" d="M${right + 3} ${toY - 4}l8 8m0 -8l-8 8"/>`;
  const label =
    port === undefined ? undefined : html`<text class="small" x="${right + 16}" y="${toY - 3}">:${port}</text>`;
  return html`<g class="${reached ? "arrow" : "arrow stopped"}"><title>${whole}</title><path d="M${right} ${fromY}H${x}V${toY}H${right + (reached ? 9 : 14)}"/>${end}${label}</g>`;
}

/** The picture; what it shows must stand beside it as text. `label` names it, in our words. */
export function drawStackPicture(layout: StackLayout, label: string): Markup {
  const { width, height, box, lanes, boxes, arrows } = layout;
  return html`<svg class="stack" role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    ${lanes.toReversed().map((lane) => drawLane(lane, box.x))}
    ${lanes.map(drawDots)}
    ${arrows.map((arrow) => drawArrow(arrow, box.x + box.width))}
    ${boxes.map((each) => drawBox(each, box))}
    </svg>`;
}
