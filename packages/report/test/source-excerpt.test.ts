import type { Place } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { openPage } from "../src/page.ts";
import { drawPlace } from "../src/source-excerpt.ts";

const draw = (place: Place, lines: string[] | undefined, width = 60, firstLine = 1) =>
  `\n${drawPlace(openPage({ width, unicode: false }), place, lines && { firstLine, lines }).join("\n")}`;

describe("the excerpt of a file", () => {
  test("marks the key or word at the column, without its colon", () => {
    expect(
      draw({ file: "compose.yaml", line: 10, column: 5 }, ["  web:", "    image: nginx:1.26"], 60, 9),
    ).toMatchInlineSnapshot(`
      "
        at        compose.yaml:10:5
                     9 |   web:
                  > 10 |     image: nginx:1.26
                       |     ^^^^^"
    `);
    expect(draw({ file: "compose.yaml", line: 1, column: 12 }, ["    image: nginx:1.26"])).toMatchInlineSnapshot(`
      "
        at        compose.yaml:1:12
                  > 1 |     image: nginx:1.26
                      |            ^^^^^^^^^^"
    `);
    expect(draw({ file: "compose.yaml", line: 1, column: 9 }, ['  - x: "8080:80"'])).toMatchInlineSnapshot(`
      "
        at        compose.yaml:1:9
                  > 1 |   - x: "8080:80"
                      |         ^^^^^^^^"
    `);
  });

  test("shows two lines on either side", () => {
    expect(draw({ file: "a", line: 4 }, ["1", "2", "3", "4", "5", "6", "7"])).toMatchInlineSnapshot(`
      "
        at        a:4
                    2 | 2
                    3 | 3
                  > 4 | 4
                    5 | 5
                    6 | 6"
    `);
  });

  test("keeps the mark under its word after tabs, controls and wide letters", () => {
    expect(draw({ file: "a", line: 1, column: 4 }, ["\t\u001b\u202eweb: x"])).toMatchInlineSnapshot(`
      "
        at        a:1:4
                  > 1 |     web: x
                      |     ^^^"
    `);
    const wide = drawPlace(
      openPage({ width: 60 }),
      { file: "a", line: 1, column: 4 },
      { firstLine: 1, lines: ["漢字 web"] },
    );
    expect(`\n${wide.join("\n")}`).toMatchInlineSnapshot(`
      "
        at        a:1:4
                  > 1 │ 漢字 web
                      │      ^^^"
    `);
  });

  test("moves along a line that is too long to where the mark is", () => {
    expect(
      draw({ file: "a", line: 2, column: 101 }, ["short", `${"- ".repeat(50)}here and more`]),
    ).toMatchInlineSnapshot(`
      "
        at        a:2:101
                    1 | 
                  > 2 | - - - - - - - - - - - - - - - - - - - here
                      |                                       ^^^^"
    `);
  });

  test("is only the place, where the line is unknown, missing or out of the excerpt", () => {
    expect(draw({ file: "a" }, ["x"])).toBe("\n  at        a");
    expect(draw({ file: "a", line: 2, column: 1 }, undefined)).toBe("\n  at        a:2:1");
    expect(draw({ file: "a", line: 9 }, ["x"])).toBe("\n  at        a:9");
    expect(draw({ file: "a", line: 1 }, [])).toBe("\n  at        a:1");
  });
});
