import type { CheckOutcome } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { isAsItMustBe, type ProofCase, type ProofReport, renderProof } from "../src/index.ts";

const ids = ["stack-settled", "round-trip", "db-hidden"];

function sampleCase(kind: ProofCase["kind"], name: string, marks: string, change: Partial<ProofCase> = {}): ProofCase {
  const outcomes: Record<string, CheckOutcome> = { P: "passed", F: "failed", B: "blocked", X: "fault", N: "not-run" };
  const entries = [...marks].map((mark, index) => [ids[index] ?? `check-${index}`, outcomes[mark] ?? "not-run"]);
  return {
    kind,
    name,
    kills: [],
    verdict: "graded",
    outcomes: Object.fromEntries(entries),
    ok: true,
    ms: 2345,
    ...change,
  };
}

function sampleProof(change: Partial<ProofReport> = {}): ProofReport {
  return {
    lab: { id: "bridge-networks", title: "Bridge networks", slug: "07-bridge-networks" },
    checks: ids.map((id) => ({ id, title: `The behaviour ${id} holds`, points: 10 })),
    cases: [
      sampleCase("reference", "", "PPP"),
      sampleCase("alternative", "python-proxy", "PPP"),
      sampleCase("starter", "", "FBB"),
      sampleCase("mutant", "db-on-front", "PPF", { kills: ["db-hidden"] }),
      sampleCase("mutant", "localhost-as-host", "PFP", { kills: ["round-trip"] }),
      sampleCase("mutant", "crashes", "FBB", { kills: ["stack-settled"] }),
      sampleCase("mutant", "privileged", "", { refused: ["service.privileged"], verdict: "refused", ms: 61 }),
    ],
    left: 0,
    repeats: 1,
    unkilled: [],
    flakes: [],
    ms: 12_345,
    ...change,
  };
}

const plain = { width: 80, colour: false, unicode: true };

const wrong = sampleProof({
  cases: [
    sampleCase("reference", "", "PBP", {
      ok: false,
      problem: "round-trip is blocked; the reference must get full marks",
    }),
    sampleCase("mutant", "db-published", "PPP", {
      kills: ["db-hidden"],
      ok: false,
      problem: "db-hidden passed, but this mutant must fail it: sharpen the check or mend `kills`",
    }),
    sampleCase("mutant", "sleeps", "PFF", { kills: ["db-hidden"], ok: false }),
    sampleCase("mutant", "engine-gone", "XXN", { kills: ["stack-settled"], verdict: "fault", ok: false }),
  ],
  repeats: 5,
  unkilled: ["stack-settled", "round-trip"],
  flakes: [{ case: "mutant sleeps", check: "db-hidden", outcomes: ["failed", "failed", "passed", "failed", "failed"] }],
});

describe("the proof of a lab", () => {
  test("of which only some cases were asked for, is none", () => {
    const text = renderProof(sampleProof({ cases: [sampleCase("reference", "", "PPP")], left: 6 }), plain);
    expect(text).toContain("no proof yet · 1 case, all as they must be · 6 not asked for · 12.3 s");
  });

  test("that is proven", () => {
    expect(isAsItMustBe(sampleProof())).toBe(true);
    expect(`\n${renderProof(sampleProof(), plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (07-bridge-networks)

                                    a b c
        reference                   . . .  ok       2.3 s
        alternative python-proxy    . . .  ok       2.3 s
        starter                     x - -  ok       2.3 s
        mutant db-on-front          . . K  ok       2.3 s
        mutant localhost-as-host    . K .  ok       2.3 s
        mutant crashes              K - -  ok       2.3 s
        mutant privileged (refused)        ok       61 ms

        K = killed as it must be, . = passed, - = blocked, x = failed

        a  stack-settled: The behaviour stack-settled holds
        b  round-trip: The behaviour round-trip holds
        c  db-hidden: The behaviour db-hidden holds

      proven · 7 cases, all as they must be · 12.3 s
      "
    `);
  });

  test("of a mutant on a worse machine, which may fail before it comes to where it is wrong", () => {
    const kills = ["db-hidden"];
    const cases = [
      sampleCase("mutant", "db-on-front", "FBB", { kills, condition: "copies-beside" }),
      sampleCase("mutant", "db-on-front", "FPP", { kills, condition: "cold-cache", ok: false }),
      sampleCase("reference", "", "FBB", { condition: "cold-cache", ok: false }),
    ];
    const lines = renderProof(sampleProof({ cases }), { ...plain, width: 100 }).split("\n");
    expect(lines.filter((line) => line.includes("  2.3 s"))).toEqual([
      "  mutant db-on-front (copies-beside) x - -  ok       2.3 s",
      "  mutant db-on-front (cold-cache)    x . ?  WRONG    2.3 s",
      "  reference (cold-cache)             ! ! !  WRONG    2.3 s",
    ]);
  });

  test("that is not: survivors, wrong kills, faults, unkilled checks and flakes", () => {
    expect(isAsItMustBe(wrong)).toBe(false);
    expect(`\n${renderProof(wrong, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (07-bridge-networks)

                                   a b c
        reference                  . ! .  WRONG    2.3 s
        mutant db-published        . . ?  WRONG    2.3 s
        mutant sleeps              . ! K  WRONG    2.3 s
        mutant engine-gone (fault) f f    WRONG    2.3 s

        K = killed as it must be, . = passed, ? = must fail and did not, ! = must not
        fail and did, f = fault

        a  stack-settled: The behaviour stack-settled holds
        b  round-trip: The behaviour round-trip holds
        c  db-hidden: The behaviour db-hidden holds

        reference
          round-trip is blocked; the reference must get full marks

        mutant db-published
          db-hidden passed, but this mutant must fail it: sharpen the check or mend
          \`kills\`

        mutant sleeps
          did not come out as it must

        mutant engine-gone (fault)
          did not come out as it must

        No mutant kills stack-settled: add one that does, or nobody knows whether the
        check can fail.
        No mutant kills round-trip: add one that does, or nobody knows whether the
        check can fail.
        db-hidden is flaky with mutant sleeps: failed, failed, passed, failed, failed.
        Find what the check does not wait for.

      NOT PROVEN · 4 cases, 4 wrong · checks without a mutant: 2 · 5 repeats, 1 flaky
      · 12.3 s
      "
    `);
  });

  test("with more checks than a line holds, in ASCII", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ id: `c-${index}`, title: "Holds", points: 1 }));
    const outcomes = Object.fromEntries(many.map(({ id }) => [id, "passed" as const]));
    const proof = sampleProof({
      checks: many,
      cases: [
        { ...sampleCase("reference", "", ""), outcomes },
        {
          ...sampleCase("mutant", "a-mutant-with-quite-a-long-name", "", { kills: ["c-29"] }),
          outcomes: { ...outcomes, "c-29": "failed" },
        },
      ],
    });
    expect(`\n${renderProof(proof, { ...plain, unicode: false })}`).toMatchInlineSnapshot(`
      "
      Bridge networks (07-bridge-networks)

                                 a b c d e f g h i j k l m n o p q r s
        reference                . . . . . . . . . . . . . . . . . . .  ok       2.3 s
        mutant a-mutant-with-... . . . . . . . . . . . . . . . . . . .  ok       2.3 s

                                 t u v w x y z A B C D
        reference                . . . . . . . . . . .  ok       2.3 s
        mutant a-mutant-with-... . . . . . . . . . . K  ok       2.3 s

        K = killed as it must be, . = passed

        a  c-0: Holds
        b  c-1: Holds
        c  c-2: Holds
        d  c-3: Holds
        e  c-4: Holds
        f  c-5: Holds
        g  c-6: Holds
        h  c-7: Holds
        i  c-8: Holds
        j  c-9: Holds
        k  c-10: Holds
        l  c-11: Holds
        m  c-12: Holds
        n  c-13: Holds
        o  c-14: Holds
        p  c-15: Holds
        q  c-16: Holds
        r  c-17: Holds
        s  c-18: Holds
        t  c-19: Holds
        u  c-20: Holds
        v  c-21: Holds
        w  c-22: Holds
        x  c-23: Holds
        y  c-24: Holds
        z  c-25: Holds
        A  c-26: Holds
        B  c-27: Holds
        C  c-28: Holds
        D  c-29: Holds

      proven - 2 cases, all as they must be - 12.3 s
      "
    `);
    for (const width of [60, 80, 120]) {
      for (const line of renderProof(proof, { width }).split("\n")) expect(line.length).toBeLessThanOrEqual(width);
      for (const line of renderProof(wrong, { width }).split("\n")) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test("in colour says the same", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
    const bare = renderProof(wrong, { ...plain, colour: true }).replace(/\u001b\[\d+m/g, "");
    expect(bare).toBe(renderProof(wrong, plain));
  });
});
