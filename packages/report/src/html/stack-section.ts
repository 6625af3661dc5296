import type { Result, StackDrawing } from "@compose-labs/lab";
import { describeMount, describeWait } from "../stack-drawing.ts";
import { clip } from "./clip.ts";
import { html, type Markup, type Piece } from "./escape-html.ts";
import { fold, scroller } from "./page.ts";
import { type ResultPage, section } from "./result-page.ts";
import { layOutStack } from "./stack-layout.ts";
import { drawStackPicture } from "./stack-picture.ts";

/** Services, or networks and volumes, beyond which a picture would be a tangle. */
const MOST = 30;

function list(texts: readonly string[]): Piece {
  if (texts.length === 0) return html`<span class="quiet">none</span>`;
  if (texts.length === 1) return clip(texts[0] ?? "", 300);
  return html`<ul>${texts.map((text) => html`<li>${clip(text, 300)}</li>`)}</ul>`;
}

function drawServices({ services }: StackDrawing): Markup {
  return html`<table><caption>Services</caption>
    <thead><tr><th scope="col">Service</th><th scope="col">Image</th><th scope="col">State at the end</th><th scope="col">Networks</th><th scope="col">Ports</th><th scope="col">Volumes and mounts</th><th scope="col">Waits until</th></tr></thead>
    <tbody>${services.map(
      ({ name, image, state, networks, ports, volumes, dependsOn }) =>
        html`<tr><th scope="row">${clip(name, 300)}</th><td>${clip(image, 300)}</td><td>${list(state ? [state] : [])}</td><td>${list(networks)}</td><td>${list(ports)}</td><td>${list(volumes.map(describeMount))}</td><td>${list(dependsOn.map(describeWait))}</td></tr>`,
    )}</tbody></table>`;
}

/** What no service uses is in no box. */
function idleTexts({ services, networks, volumes }: StackDrawing): string[] {
  const mounted = new Set(services.flatMap((service) => service.volumes.map(({ name }) => name)));
  const joined = new Set(services.flatMap((service) => service.networks));
  return [
    ...volumes.filter((name) => !mounted.has(name)).map((name) => `Volume ${name}: no service mounts it.`),
    ...networks.filter(({ name }) => !joined.has(name)).map(({ name }) => `Network ${name}: no service joins it.`),
  ];
}

function drawNetworks({ networks }: StackDrawing): Markup {
  return html`<table><caption>Networks</caption>
    <thead><tr><th scope="col">Network</th><th scope="col">Internal</th></tr></thead>
    <tbody>${networks.map(({ name, internal }) => html`<tr><th scope="row">${clip(name, 300)}</th><td>${internal ? "yes" : "no"}</td></tr>`)}</tbody></table>`;
}

function drawReached(page: ResultPage, reached: NonNullable<Result["reached"]>): Markup {
  return html`<table><caption>Who reached whom, as the checks observed it</caption>
    <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Port</th><th scope="col">Observed</th><th scope="col">Check</th></tr></thead>
    <tbody>${reached.map(({ from, to, port, reached: open, check }) => {
      return html`<tr><th scope="row">${clip(from, 300)}</th><td>${clip(to, 300)}</td><td>${port ?? "any"}</td><td>${open ? "reached" : "not reached"}</td><td>${page.linkTo(check)}</td></tr>`;
    })}</tbody></table>`;
}

function drawPicture(stack: StackDrawing, reached: Result["reached"]): Markup {
  const { services, networks } = stack;
  if (services.length > MOST || networks.length > MOST) {
    return html`<p>It has too many parts for a picture: ${services.length} services and ${networks.length} networks.</p>`;
  }
  const layout = layOutStack(stack, reached);
  const observed = layout.arrows.length > 0;
  return html`${scroller("Picture of the stack", drawStackPicture(layout, "The stack: its services, networks, volumes and ports; the tables below say the same"))}
    <p class="quiet legend">A dot joins a service to a network${stack.services.some(({ ports }) => ports.length > 0) ? " or publishes its ports" : ""}; a dashed network is internal.${observed ? " An arrow is a connection that a check got through; a dashed line with a cross is one that it did not." : ""}${layout.left > 0 ? ` ${layout.left} more observations are in the table.` : ""}</p>`;
}

/** The stack as a picture, and as tables for whoever can not see it. */
export function drawStackSection(page: ResultPage): Piece {
  const { stack, reached = [] } = page.result;
  if (stack === undefined || stack.services.length === 0) return undefined;
  const tables = [
    scroller("Services", drawServices(stack)),
    ...(stack.networks.length === 0 ? [] : [scroller("Networks", drawNetworks(stack))]),
    ...(reached.length === 0 ? [] : [scroller("Who reached whom", drawReached(page, reached))]),
  ];
  return section(page, "stack", "The stack", [
    drawPicture(stack, reached),
    idleTexts(stack).map((text) => html`<p class="quiet">${clip(text, 300)}</p>`),
    fold("The same as tables", html`<div class="tables">${tables}</div>`),
  ]);
}
