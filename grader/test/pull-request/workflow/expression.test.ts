import { describe, expect, test } from "vitest";
import { evaluate, holds, interpolate, type Scope } from "./expression.ts";

const scope: Scope = {
  contexts: {
    github: { event: { number: 7, action: "opened", pull_request: { head: { sha: "abc" } } }, token: "t" },
    inputs: { base: "trusted" },
  },
  failed: false,
};
const failed: Scope = { ...scope, failed: true };

describe("interpolate", () => {
  test.each([
    ["grade-${{ github.event.number }}", "grade-7"],
    ["${{ github.event.pull_request.head.sha }}/${{inputs.base}}", "abc/trusted"],
    ["${{ github.event.nothing.here }}", ""],
    ["${{ github.event.nothing || github.event.action }}", "opened"],
    ["${{ github.constructor.name }}", ""],
    ["no expression", "no expression"],
  ])("%s is %s", (text, expected) => {
    expect(interpolate(text, scope)).toBe(expected);
  });
});

describe("evaluate", () => {
  test.each([
    ["github.event.action == 'OPENED'", true],
    ["github.event.action != 'opened'", false],
    ["github.event.action == 'opened' && github.event.number", 7],
    ["!(github.event.action == 'opened') || 'it''s'", "it's"],
    ["success() && true", true],
    ["failure()", false],
    ["cancelled()", false],
  ])("%s is %s", (text, expected) => {
    expect(evaluate(text, scope)).toBe(expected);
  });

  test.each([
    ["secrets.TOKEN", "the runner of these tests does not know secrets.TOKEN"],
    ["github.a github.b", 'found github.b too many in the expression "github.a github.b"'],
    ["(true", 'expected ) in the expression "(true"'],
    ["true &&", 'the expression "true &&" ends too early'],
    ["github[0]", 'cannot read the expression "github[0]" from "[0]" on'],
  ])("%s stops the runner", (text, message) => {
    expect(() => evaluate(text, scope)).toThrow(message);
  });
});

describe("holds", () => {
  test.each([
    [undefined, true, false],
    ["always()", true, true],
    ["${{ always() }}", true, true],
    ["failure()", false, true],
    ["github.event.action == 'opened'", true, false],
    ["github.event.action == 'closed'", false, false],
  ])("%s: %s, and after a failure %s", (condition, before, after) => {
    expect(holds(condition, scope)).toBe(before);
    expect(holds(condition, failed)).toBe(after);
  });
});
