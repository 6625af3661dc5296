import { expect, test } from "vitest";
import { closingText, countHostile, countProof, countTools, countVitest } from "../test-tally.ts";

const LAB = { id: "07", title: "Bridge networks", slug: "07-bridge-networks" };

test("vitest's report: failed tests by file and name, with the start of the reason, and skipped ones", () => {
  const message = ["AssertionError: expected 1 to be 2", "", ...Array.from({ length: 30 }, (_, at) => `at ${at}`)];
  const report = {
    numPassedTests: 4,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { name: "a.test.ts", status: "passed", assertionResults: [{ fullName: "works", status: "passed" }] },
      {
        name: "b.test.ts",
        status: "failed",
        assertionResults: [
          { fullName: "holds", status: "passed", failureMessages: [] },
          { fullName: "adds", status: "failed", failureMessages: [message.join("\n")] },
        ],
      },
      { name: "c.test.ts", status: "failed", message: "Cannot find module './gone.ts'", assertionResults: [] },
    ],
  };
  const tally = countVitest(JSON.stringify(report), 1);
  expect(tally).toMatchObject({ passed: 4, skipped: 2 });
  expect(tally.failures[0]?.split("\n")).toEqual([
    "b.test.ts > adds",
    "    AssertionError: expected 1 to be 2",
    ...Array.from({ length: 11 }, (_, at) => `    at ${at}`),
  ]);
  expect(tally.failures[1]).toBe("c.test.ts\n    Cannot find module './gone.ts'");
});

test("the proof's report: each case, each check that nothing kills, each flake", () => {
  const report = [
    {
      lab: LAB,
      cases: [
        { ok: true, kind: "reference", name: "" },
        { ok: false, kind: "mutant", name: "db-published", problem: "isolated came out passed" },
      ],
      unkilled: ["health"],
      flakes: [{ case: "mutant slow", check: "health", outcomes: ["passed", "failed"] }],
    },
  ];
  expect(countProof(JSON.stringify(report), 1)).toEqual({
    passed: 1,
    skipped: 0,
    failures: [
      "07-bridge-networks: mutant db-published\n    isolated came out passed",
      "07-bridge-networks: no mutant kills the check health",
      "07-bridge-networks: mutant slow: health came out passed, failed",
    ],
  });
});

test("the corpus's report: each case with its problems", () => {
  const cases = [
    { ok: true, name: "mount-root", problems: [] },
    {
      ok: false,
      name: "run-log",
      problems: ["expected bounded, got ok", "::error::left behind: a \u001b[31mcontainer"],
    },
  ];
  expect(countHostile(JSON.stringify({ cases }), 1)).toEqual({
    passed: 1,
    skipped: 0,
    failures: ["run-log\n    expected bounded, got ok\n    : :error::left behind: a container"],
  });
});

test("a step that ends badly without a report, or with nothing failed in it, is one failure", () => {
  for (const count of [countVitest, countProof, countHostile]) {
    expect(count("", 0)).toEqual({ passed: 0, failures: [], skipped: 0 });
    expect(count("{", 137).failures).toEqual(["ended with exit code 137, though nothing in its report failed"]);
  }
});

test("tools count as a whole", () => {
  expect(countTools({ tsc: 0, biome: 1, knip: 0 })).toEqual({
    passed: 2,
    failures: ["biome ended with exit code 1"],
    skipped: 0,
  });
});

test("the closing text names what failed by its step, and ends with the line that counts", () => {
  const steps = {
    static: { passed: 3, failures: [], skipped: 0 },
    unit: { passed: 10, failures: ["a.test.ts > adds\n    1 is not 2"], skipped: 0 },
  };
  expect(closingText(steps)).toBe("\nFailed:\nunit: a.test.ts > adds\n    1 is not 2\n\n13 passed, 1 failed\n");
  expect(closingText({ static: steps.static })).toBe("\n3 passed, 0 failed\n");
  expect(closingText({ unit: { passed: 1, failures: [], skipped: 2 } })).toBe("\n1 passed, 0 failed, 2 skipped\n");
});
