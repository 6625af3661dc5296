import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeadlineClock } from "../src/deadline-clock.ts";

describe("DeadlineClock", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    [1, 10_000, false],
    [8, 10_000, false],
    [16, 5_000, true],
    [24, 3_333, true],
    [1_000, 2_500, true],
    [undefined, 10_000, false],
  ])("with %s tasks on two processors, 10 s count as %i ms", (runnable, counted, overloaded) => {
    using clock = new DeadlineClock(() => runnable, 2);
    vi.advanceTimersByTime(10_000);
    expect(Math.round(clock.now())).toBe(counted);
    expect(clock.overloaded).toBe(overloaded);
  });

  it("is late only for as long as the overload lasts, and knows of it a while longer", () => {
    let runnable = 32;
    using clock = new DeadlineClock(() => runnable, 2);
    vi.advanceTimersByTime(4_000);
    runnable = 2;
    vi.advanceTimersByTime(4_000);
    expect(clock.now()).toBeCloseTo(5_000, 0);
    expect(clock.overloaded).toBe(true);
    vi.advanceTimersByTime(6_100);
    expect(clock.overloaded).toBe(false);
  });

  it("does not look any more once it is disposed of", () => {
    const look = vi.fn(() => 1);
    new DeadlineClock(look, 2)[Symbol.dispose]();
    vi.advanceTimersByTime(1_000);
    expect(look).not.toHaveBeenCalled();
  });
});

it.runIf(process.platform === "linux")("reads how many tasks this machine has to run", () => {
  expect(readFileSync("/proc/loadavg", "latin1")).toMatch(/ [1-9]\d*\/\d+ \d+\n$/);
  // The one that asks runs, so that with a hundredth of a processor the clock is as slow as it gets.
  using clock = new DeadlineClock(undefined, 0.01);
  const [from, counted] = [performance.now(), clock.now()];
  while (performance.now() - from < 20);
  const real = performance.now() - from;
  expect(clock.now() - counted).toBeLessThan(real);
  expect(clock.overloaded).toBe(true);
});
