import { describe, expect, it } from "vitest";
import { defineChecks, defineHiddenChecks } from "../src/index.ts";

const options = { title: "T", points: 1 };
const body = () => {};

describe("defineChecks", () => {
  it("fills in what is not said", () => {
    const { checks } = defineChecks(({ check }) => {
      check("db-hidden", { title: "The proxy cannot reach the database", points: 3 }, body);
    });
    expect(checks).toEqual([
      {
        id: "db-hidden",
        title: "The proxy cannot reach the database",
        points: 3,
        needs: [],
        hints: [],
        disturbs: false,
        timeout: 20,
        at: undefined,
        body,
        hidden: false,
      },
    ]);
  });

  it.each([
    [
      "Db Hidden",
      options,
      'check id "Db Hidden" is not kebab-case: use lower-case words joined by hyphens, such as "db-hidden"',
    ],
    ["a", { title: "T", points: 0 }, 'check "a" has 0 points: use a whole number of at least 1'],
    ["a", { title: "T", points: 1.5 }, 'check "a" has 1.5 points: use a whole number of at least 1'],
  ])("refuses %j %j", (id, given, message) => {
    expect(() => defineChecks(({ check }) => check(id, given, body))).toThrow(message);
  });

  it("refuses an id twice, a need from elsewhere, and no check at all", () => {
    expect(() =>
      defineChecks(({ check }) => {
        check("a", options, body);
        check("a", options, body);
      }),
    ).toThrow('check id "a" is used twice: give each check its own id');
    const foreign = defineChecks(({ check }) => check("a", options, body)).checks;
    expect(() => defineChecks(({ check }) => check("b", { ...options, needs: foreign }, body))).toThrow(
      'check "b" needs a check that is not defined before it: pass the value that check() returned',
    );
    expect(() => defineChecks(() => {})).toThrow("defineChecks() defined no check: call check() at least once");
  });
});

describe("defineHiddenChecks", () => {
  const open = defineChecks(({ check }) => check("starts", options, body));

  it("marks its checks, which may need those of checks.ts", () => {
    const { checks } = defineHiddenChecks(open, ({ check, open: named }) => {
      check("late", { ...options, needs: [named("starts")] }, body);
    });
    expect(checks).toMatchObject([{ id: "late", hidden: true, needs: [{ id: "starts", hidden: false }] }]);
  });

  it("refuses an id that checks.ts has, a check that it has not, and no check at all", () => {
    expect(() => defineHiddenChecks(open, ({ check }) => check("starts", options, body))).toThrow(
      'check id "starts" is used twice: give each check its own id',
    );
    expect(() => defineHiddenChecks(open, ({ open: named }) => void named("stars"))).toThrow(
      'found no check "stars" in checks.ts: did you mean "starts"?',
    );
    expect(() => defineHiddenChecks(open, ({ open: named }) => void named("networks"))).toThrow(
      'found no check "networks" in checks.ts: name a check of checks.ts',
    );
    expect(() => defineHiddenChecks(open, () => {})).toThrow(
      "defineHiddenChecks() defined no check: remove hidden.ts, or call check()",
    );
  });
});
