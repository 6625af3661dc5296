import type { Result, StackDrawing } from "@compose-labs/lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { layOutStack } from "../../src/html/stack-layout.ts";
import { renderHtml } from "../../src/render-html.ts";
import { sampleResult, sampleStack } from "../fixtures/sample-results.ts";

const reached: NonNullable<Result["reached"]> = [
  { from: "host", to: "proxy", port: 80, reached: true, check: "round-trip" },
  { from: "api", to: "db", port: 5432, reached: true, check: "db-hidden" },
  { from: "api", to: "db", port: 5432, reached: true, check: "round-trip" },
  { from: "proxy", to: "db", port: 5432, reached: false, check: "db-hidden" },
];

test("services are boxes, networks and published ports lanes, and each different observation one arrow", () => {
  const { boxes, lanes, arrows } = layOutStack(sampleStack, reached);
  expect(boxes.map(({ name }) => name)).toEqual(["host", "proxy", "api", "db"]);
  expect(lanes.map(({ name, joins }) => [name, joins.length])).toEqual([
    ["ports", 2],
    ["front", 2],
    ["back", 2],
  ]);
  expect(arrows.map(({ whole }) => whole)).toEqual([
    "host reached proxy at port 80",
    "api reached db at port 5432",
    "proxy did not reach db at port 5432",
  ]);
});

test("without ports and observations from outside there is no host", () => {
  const inner: StackDrawing = { ...sampleStack, services: sampleStack.services.slice(1) };
  expect(layOutStack(inner).boxes.map(({ name }) => name)).toEqual(["api", "db"]);
});

test("a long name is shortened, and whole behind it", () => {
  const name = "n".repeat(60);
  const stack = { services: [{ ...sampleStack.services[2], name, image: name }], networks: [], volumes: [] };
  const report = renderHtml([sampleResult({ stack: stack as StackDrawing })]);
  expect(report).toContain(`<title>${name}</title>${"n".repeat(39)}…</text>`);
});

test("the picture has a name, and the tables beside it say the same", () => {
  const report = renderHtml([sampleResult({ stack: sampleStack, reached })]);
  expect(report).toMatch(/<svg class="stack" role="img" aria-label="The stack: [^"]+"/);
  expect(report).toContain(
    '<tr><th scope="row">proxy</th><td>db</td><td>5432</td><td>not reached</td><td><code>db-hidden</code></td></tr>',
  );
  expect(report).toContain("<td>volume db-data at /var/lib/postgresql/data</td><td><span");
  expect(report).toContain("Volume cache: no service mounts it.");
});

test("too many parts are no picture, and the tables have them", () => {
  const services = Array.from({ length: 31 }, (_, index) => ({ ...sampleStack.services[2], name: `s${index}` }));
  const report = renderHtml([sampleResult({ stack: { ...sampleStack, services } as StackDrawing })]);
  expect(report).toContain("It has too many parts for a picture: 31 services and 2 networks.");
  expect(report).not.toContain('<svg class="stack"');
  expect(report).toContain('<th scope="row">s30</th>');
});

test("observations beyond the room are counted", () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    from: "proxy",
    to: "api",
    port: index + 1,
    reached: true,
    check: "x",
  }));
  expect(layOutStack(sampleStack, many)).toMatchObject({ left: 6 });
  expect(renderHtml([sampleResult({ stack: sampleStack, reached: many })])).toContain(
    " 6 more observations are in the table.",
  );
});

const name = fc.string({ unit: "binary", maxLength: 60 });

test("whatever the stack, boxes do not overlap, and lines of arrows neither", () => {
  const stacks = fc.array(name, { minLength: 1, maxLength: 6 }).chain((names) => {
    const service = fc.record({
      image: name,
      networks: fc.subarray(["a", "b", "c"]),
      ports: fc.array(name, { maxLength: 2 }),
      state: name,
    });
    const reach = fc.record({
      from: fc.constantFrom("host", ...names),
      to: fc.constantFrom(...names),
      port: fc.integer({ min: 1, max: 4 }),
      reached: fc.boolean(),
      check: name,
    });
    return fc.tuple(
      fc.tuple(...names.map((known) => service.map((made) => ({ ...made, name: known, volumes: [], dependsOn: [] })))),
      fc.array(reach, { maxLength: 30 }),
    );
  });
  fc.assert(
    fc.property(stacks, ([services, reaches]) => {
      const networks = ["a", "b", "c"].map((each) => ({ name: each, internal: each === "b" }));
      const { boxes, arrows, height, width, box } = layOutStack({ services, networks, volumes: [] }, reaches);
      for (const [index, { y }] of boxes.entries()) {
        const before = boxes[index - 1];
        if (before !== undefined) expect(y).toBeGreaterThan(before.y + before.height);
      }
      const ends = arrows.flatMap(({ fromY, toY }) => [fromY, toY]);
      expect(new Set(ends).size).toBe(ends.length);
      for (const end of ends) expect(boxes.some(({ y, height: tall }) => end > y && end < y + tall)).toBe(true);
      const spans = arrows.map(({ x, fromY, toY }) => ({ x, top: Math.min(fromY, toY), bottom: Math.max(fromY, toY) }));
      for (const [index, one] of spans.entries()) {
        expect(one.x).toBeLessThan(width);
        expect(one.x).toBeGreaterThan(box.x + box.width);
        for (const other of spans.slice(index + 1)) {
          if (other.x === one.x) expect(other.top > one.bottom || other.bottom < one.top).toBe(true);
        }
      }
      expect(height).toBeGreaterThan((boxes.at(-1)?.y ?? 0) + (boxes.at(-1)?.height ?? 0));
    }),
    { numRuns: 100, seed: 7 },
  );
});
