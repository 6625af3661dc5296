import { describe, expect, test } from "vitest";
import { type MutantOutcome, type MutationReport, mutationScore, renderMutation } from "../src/index.ts";

function mutant(id: string, change: Partial<MutantOutcome> = {}): MutantOutcome {
  return {
    id,
    operator: id.split(":")[0] ?? id,
    title: "take a mount away",
    meaning: "Data that goes with its container counts as data that is kept.",
    status: "killed",
    killedBy: ["survives-down"],
    codes: [],
    difference: "--- reference/compose.yaml\n+++ mutant/compose.yaml\n@@ -1,1 +1,0 @@\n-    volumes: [data:/data]\n",
    ms: 2345,
    resumed: false,
    ...change,
  };
}

function report(change: Partial<MutationReport> = {}): MutationReport {
  return {
    lab: { id: "volumes", title: "Volumes", slug: "06-volumes" },
    checks: ["stack-settled", "survives-down"].map((id) => ({ id, title: `The behaviour ${id} holds` })),
    mutants: [
      mutant("volume.drop:services.db.volumes[0]"),
      mutant("volume.drop:services.web.volumes[0]", { killedBy: ["stack-settled", "survives-down"], resumed: true }),
      mutant("network.host:services.db", { status: "refused", killedBy: [], codes: ["service.network_mode"] }),
    ],
    equivalent: [{ id: "port.other-host:services.web.ports[0]", reason: "The task leaves the port free." }],
    left: 0,
    threshold: 95,
    ms: 83_000,
    ...change,
  };
}

const plain = { width: 80, colour: false, unicode: true };

describe("the mutants of a lab", () => {
  test("that are all killed", () => {
    expect(mutationScore(report())).toBe(100);
    expect(`\n${renderMutation(report(), plain)}`).toMatchInlineSnapshot(`
      "
      Volumes (06-volumes)

                        made refused   lived  a  b
        volume.drop        2       .       .  1  2
        network.host       1       1       .  .  .

        a  stack-settled: The behaviour stack-settled holds
        b  survives-down: The behaviour survives-down holds

      score 100.0 % · 3 of 3 mutants killed (1 refused) · 1 equivalent · 1 known from
      before · 83.0 s
      "
    `);
  });

  test("of which some survive or have no verdict: each with its difference, and what to do", () => {
    const poor = report({
      mutants: [
        ...report().mutants,
        mutant("volume.writable:services.web.volumes[0]", { status: "survived", killedBy: [] }),
        mutant("volume.named:services.web.volumes[0]", {
          status: "fault",
          killedBy: [],
          codes: ["ENGINE_GONE"],
          problem: "the engine went away",
        }),
      ],
      left: 12,
    });
    expect(mutationScore(poor)).toBe(75);
    expect(`\n${renderMutation(poor, plain)}`).toMatchInlineSnapshot(`
      "
      Volumes (06-volumes)

                           made refused   lived  a  b
        volume.drop           2       .       .  1  2
        network.host          1       1       .  .  .
        volume.writable       1       .       1  .  .
        volume.named          1       .       .  .  .

        a  stack-settled: The behaviour stack-settled holds
        b  survives-down: The behaviour survives-down holds

        survived: volume.writable:services.web.volumes[0]
          Take a mount away. Data that goes with its container counts as data that is
          kept.
          --- reference/compose.yaml
          +++ mutant/compose.yaml
          @@ -1,1 +1,0 @@
          -    volumes: [data:/data]

        no verdict: volume.named:services.web.volumes[0]
          the engine went away [ENGINE_GONE]

      score 75.0 % · 3 of 4 mutants killed (1 refused) · 1 without a verdict · 1
      equivalent · 12 not asked for · 1 known from before · 83.0 s
      At least 95 % must be killed.
      Look at one with \`grader mutate 06-volumes --show ID\`; then sharpen a check, or
      name it in \`equivalent\` of mutants.yaml.
      The same command tries again those without a verdict, and only those.
      "
    `);
  });

  test("of which none was asked for", () => {
    const none = report({ mutants: [], equivalent: [], left: 40 });
    expect(mutationScore(none)).toBeUndefined();
    expect(renderMutation(none, plain)).toMatchInlineSnapshot(`
      "Volumes (06-volumes)

      no score · 0 of 0 mutants killed (0 refused) · 40 not asked for · 83.0 s
      "
    `);
  });

  test("with more checks than fit beside each other, and in plain ASCII", () => {
    const checks = Array.from({ length: 30 }, (_, index) => ({ id: `check-${index}`, title: "It holds…" }));
    const text = renderMutation(report({ checks }), { width: 60, unicode: false });
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text.match(/ made/g)).toHaveLength(5);
  });
});
