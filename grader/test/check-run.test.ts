import { type Check, CheckFailure, defineChecks, faultError } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { type CheckRunOptions, runChecks } from "../src/grading/check-run.ts";

type Bodies = Record<string, (attempt: number, signal: AbortSignal) => void | Promise<void>>;

/** Runs the checks with `bodies` in place of their own, and answers outcome by id. */
async function outcomes(checks: Check[], bodies: Bodies, signal = new AbortController().signal) {
  const attempts = new Map<string, number>();
  const order: string[] = [];
  const run: CheckRunOptions["run"] = async (check, recorder) => {
    const attempt = (attempts.get(check.id) ?? 0) + 1;
    attempts.set(check.id, attempt);
    order.push(check.id);
    await bodies[check.id]?.(attempt, recorder.signal);
  };
  const records = await runChecks({ checks, run, signal, clock: performance, onDone: () => {} });
  return {
    order,
    records,
    table: Object.fromEntries(
      [...records].map(([id, record]) => [id, record.blockedBy ? `blocked by ${record.blockedBy}` : record.outcome]),
    ),
  };
}

const failure = new CheckFailure({ code: "X", found: "a", expected: "b" });
const failing = () => {
  throw failure;
};

describe("runChecks", () => {
  it("blocks what needs a check that did not pass, and names it", async () => {
    const { checks } = defineChecks(({ check }) => {
      const a = check("a", { title: "A", points: 1 }, () => {});
      const b = check("b", { title: "B", points: 1, needs: [a] }, () => {});
      check("c", { title: "C", points: 1, needs: [b] }, () => {});
      check("d", { title: "D", points: 1 }, () => {});
    });
    const { table, order } = await outcomes(checks, { a: failing });
    expect(table).toEqual({ a: "failed", b: "blocked by a", c: "blocked by b", d: "passed" });
    expect(order).toEqual(["a", "d"]);
  });

  it("runs what disturbs alone, after every observer, and then what needs it", async () => {
    const { checks } = defineChecks(({ check }) => {
      const crash = check("crash", { title: "C", points: 1, disturbs: true }, () => {});
      check("after-crash", { title: "A", points: 1, needs: [crash] }, () => {});
      check("slow", { title: "S", points: 1 }, () => {});
      check("scale", { title: "S", points: 1, disturbs: true }, () => {});
    });
    const { order } = await outcomes(checks, { slow: () => new Promise((done) => setImmediate(done)) });
    expect(order).toEqual(["slow", "crash", "after-crash", "scale"]);
  });

  it("never runs a failed check again, and a faulty one once more with both attempts recorded", async () => {
    const { checks } = defineChecks(({ check }) => {
      check("fails", { title: "F", points: 1 }, () => {});
      check("recovers", { title: "R", points: 1 }, () => {});
      check("throws", { title: "T", points: 1 }, () => {});
    });
    const { records, order } = await outcomes(checks, {
      fails: failing,
      recovers: (attempt) => {
        if (attempt === 1) throw faultError("ENGINE_BUSY", "the engine was busy");
      },
      throws: () => {
        throw new TypeError("x is not a function");
      },
    });
    expect(order.toSorted()).toEqual(["fails", "recovers", "recovers", "throws", "throws"]);
    expect(records.get("recovers")?.attempts.map(({ outcome, error }) => [outcome, error])).toEqual([
      ["fault", "ENGINE_BUSY: the engine was busy"],
      ["passed", undefined],
    ]);
    expect(records.get("recovers")?.outcome).toBe("passed");
    expect(records.get("throws")?.error).toMatchObject({
      code: "CHECK_THREW",
      kind: "fault",
      message: 'check "throws" threw TypeError: x is not a function',
    });
  });

  it("does not run a disturbing check again: it may have left the stack half disturbed", async () => {
    const { checks } = defineChecks(({ check }) => {
      check("disturbs", { title: "D", points: 1, disturbs: true }, () => {});
    });
    const { order, table } = await outcomes(checks, {
      disturbs: () => {
        throw new Error("gone");
      },
    });
    expect(order).toEqual(["disturbs"]);
    expect(table).toEqual({ disturbs: "fault" });
  });

  it("ends a check whose time is over as a fault, whatever the body does with its signal", async () => {
    const { checks } = defineChecks(({ check }) => {
      check("hangs", { title: "H", points: 1, timeout: 0.01 }, () => {});
    });
    const { records } = await outcomes(checks, { hangs: () => new Promise(() => {}) });
    expect(records.get("hangs")).toMatchObject({
      outcome: "fault",
      error: { code: "CHECK_TIMEOUT", message: 'check "hangs" took longer than its 0.01 s' },
    });
    expect(records.get("hangs")?.attempts).toHaveLength(2);
  });

  it("ends every check with the reason of an interrupted run", async () => {
    const { checks } = defineChecks(({ check }) => {
      check("a", { title: "A", points: 1 }, () => {});
    });
    const interruption = new AbortController();
    const { records } = await outcomes(
      checks,
      {
        a: () => {
          interruption.abort(faultError("INTERRUPTED", "the run was interrupted"));
          return new Promise(() => {});
        },
      },
      interruption.signal,
    );
    expect(records.get("a")).toMatchObject({ outcome: "fault", error: { code: "INTERRUPTED" } });
  });
});
