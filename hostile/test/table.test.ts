import { expect, test } from "vitest";
import { headOf, type Row, renderRow, renderSummary } from "../table.ts";

const row: Row = {
  ...{ name: "one", expect: "refused", rule: "service.pid", at: "compose.yaml:6", got: "refused" },
  ...{ code: "service.pid", place: "compose.yaml:6:5", seconds: 0.31, leftovers: [], problems: [], notSetUp: [] },
  ok: true,
};
const wrong: Row = {
  ...{ ...row, name: "two", got: "ok", code: "", place: "a\n::error::\u001b[31mb", ok: false },
  ...{ leftovers: ["network x"], problems: ["expected refused, got ok"], notSetUp: ["sing"] },
};

test("a row says what became of a case, and below it what is wrong", () => {
  const names = ["one", "two", "three"];
  expect([headOf(names), ...[row, wrong].map((one) => renderRow(one, names))].join("\n")).toMatchInlineSnapshot(`
    "case   expected  got        code                        place                   seconds  left
    one    refused   refused    service.pid                 compose.yaml:6:5            0.3     0
    two    refused   ok                                     a : :error::b           0.3     1  DIFFERS
        expected refused, got ok
        harness not understood: sing"
  `);
});

test("the summary counts, and names what differs", () => {
  expect(renderSummary([row, wrong, row], 61.4)).toBe("2 of 3 cases as expected; 61 s\ndiffering: two");
});
