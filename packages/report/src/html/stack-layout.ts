import type { Result, StackDrawing } from "@compose-labs/lab";
import { describeWait } from "../stack-drawing.ts";
import { truncate } from "../text-width.ts";

type Service = StackDrawing["services"][number];
type Reach = NonNullable<Result["reached"]>[number];

/** One line in a box; `whole` is the text where `text` is shortened. */
interface BoxLine {
  label: string;
  text: string;
  whole: string;
}

export interface Box {
  name: string;
  whole: string;
  lines: BoxLine[];
  y: number;
  height: number;
}

export interface Lane {
  name: string;
  whole: string;
  internal: boolean;
  x: number;
  /** Heights at which boxes join it, downwards. */
  joins: number[];
}

export interface Arrow {
  /** Where it leaves, where it arrives, and the vertical between. */
  fromY: number;
  toY: number;
  x: number;
  reached: boolean;
  port: number | undefined;
  whole: string;
}

/** A picture in SVG pixels: lanes to the left of the boxes, arrows to their right, so that nothing lies on another. */
export interface StackLayout {
  width: number;
  height: number;
  box: { x: number; width: number };
  lanes: Lane[];
  boxes: Box[];
  arrows: Arrow[];
  /** Observations for which there is no room. */
  left: number;
}

export const LANE = { width: 96, pill: 88, head: 50, columns: 11 };
export const BOX = { width: 352, top: 26, line: 17, labels: 62 };
const VALUE_COLUMNS = 38;
const NAME_COLUMNS = 40;
const GAP = 18;
const SLOT = 16;
const GUTTER = 60;
const TRACK = 16;
const ARROWS = 24;

/** One line each, also of a foreign text with many. */
function oneLine(text: string): string {
  return text.slice(0, 300).replace(/\s+/g, " ").trim();
}

function line(label: string, text: string): BoxLine {
  const whole = oneLine(text);
  return { label, text: truncate(whole, VALUE_COLUMNS, "…"), whole };
}

function mountLines({ type, name, target, readOnly }: Service["volumes"][number]): BoxLine[] {
  const at = `${target}${readOnly ? ", read-only" : ""}`;
  const label = ["volume", "bind", "tmpfs"].includes(type) ? type : "mount";
  if (type === "tmpfs") return [line(label, at)];
  return [line(label, name === "" ? "anonymous" : name), line("", `at ${at}`)];
}

function serviceLines(service: Service): BoxLine[] {
  return [
    line("image", service.image),
    ...(service.state ? [line("state", service.state)] : []),
    ...service.ports.map((port) => line("port", port)),
    ...service.volumes.flatMap(mountLines),
    ...service.dependsOn.map((wait) => line("waits", describeWait(wait))),
  ];
}

interface Row {
  name: string;
  lines: BoxLine[];
  networks: string[];
  onHost: boolean;
}

/** Observations that differ, each once. */
function distinct(reached: readonly Reach[]): Reach[] {
  return [
    ...new Map(reached.map((each) => [JSON.stringify([each.from, each.to, each.port, each.reached]), each])).values(),
  ];
}

/** The first column in which the span from `top` to `bottom` is free; takes it. */
function takeColumn(columns: [number, number][][], top: number, bottom: number): number {
  const free = columns.findIndex((spans) => spans.every(([from, to]) => bottom < from - 4 || top > to + 4));
  const index = free === -1 ? columns.length : free;
  columns[index] = [...(columns[index] ?? []), [top, bottom]];
  return index;
}

export function layOutStack(stack: StackDrawing, reached: readonly Reach[] = []): StackLayout {
  const published = stack.services.some(({ ports }) => ports.length > 0);
  const host: Row[] =
    published || reached.some(({ from }) => from === "host")
      ? [{ name: "host", lines: [line("", "the machine outside")], networks: [], onHost: published }]
      : [];
  const rows: Row[] = [
    ...host,
    ...stack.services.map((service) => ({
      name: service.name,
      lines: serviceLines(service),
      networks: service.networks,
      onHost: service.ports.length > 0,
    })),
  ];
  const indexOf = (name: string) => rows.findIndex((row) => row.name === name);
  const known = distinct(reached).filter(({ from, to }) => indexOf(from) !== -1 && indexOf(to) !== -1);
  const shown = known.slice(0, ARROWS);

  const slots = rows.map(() => 0);
  const take = (name: string) => {
    const index = indexOf(name);
    const slot = slots[index] ?? 0;
    slots[index] = slot + 1;
    return { index, slot };
  };
  const ends = shown.map((reach) => ({ reach, from: take(reach.from), to: take(reach.to) }));

  const boxes: Box[] = [];
  let y = LANE.head;
  for (const [index, { name, lines }] of rows.entries()) {
    const height = Math.max(BOX.top + lines.length * BOX.line + 10, (slots[index] ?? 0) * SLOT + 16);
    const whole = oneLine(name);
    boxes.push({ name: truncate(whole, NAME_COLUMNS, "…"), whole, lines, y, height });
    y += height + GAP;
  }
  const joinY = (index: number) => (boxes[index]?.y ?? 0) + 20;
  const joinsOf = (joins: (row: Row) => boolean) => rows.flatMap((row, index) => (joins(row) ? [joinY(index)] : []));
  const lanes = [
    ...(published ? [{ name: "ports", internal: false, joins: joinsOf(({ onHost }) => onHost) }] : []),
    ...stack.networks.map(({ name, internal }) => ({
      name,
      internal,
      joins: joinsOf(({ networks }) => networks.includes(name)),
    })),
  ].map((lane, index) => {
    const whole = oneLine(lane.name);
    return { ...lane, whole, name: truncate(whole, LANE.columns, "…"), x: LANE.width * index + LANE.width / 2 };
  });

  const x = lanes.length * LANE.width + 12;
  const right = x + BOX.width;
  const columns: [number, number][][] = [];
  const arrows = ends.map(({ reach, from, to }) => {
    const endOf = ({ index, slot }: typeof from) => (boxes[index]?.y ?? 0) + 16 + slot * SLOT;
    const [fromY, toY] = [endOf(from), endOf(to)];
    const column = takeColumn(columns, Math.min(fromY, toY), Math.max(fromY, toY));
    return {
      fromY,
      toY,
      x: right + GUTTER + column * TRACK,
      reached: reach.reached,
      port: reach.port,
      whole: `${oneLine(reach.from)} ${reach.reached ? "reached" : "did not reach"} ${oneLine(reach.to)}${reach.port === undefined ? "" : ` at port ${reach.port}`}`,
    };
  });
  return {
    width: right + (arrows.length === 0 ? 12 : GUTTER + columns.length * TRACK),
    height: Math.max(y - GAP, LANE.head) + 8,
    box: { x, width: BOX.width },
    lanes,
    boxes,
    arrows,
    left: known.length - shown.length,
  };
}
