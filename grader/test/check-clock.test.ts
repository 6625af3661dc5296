import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckClock } from "../src/grading/check-clock.ts";

describe("CheckClock", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("expires after its own seconds", () => {
    const expire = vi.fn();
    const clock = new CheckClock(2, performance, expire);
    vi.advanceTimersByTime(1999);
    expect(expire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(expire).toHaveBeenCalledOnce();
    clock.stop();
  });

  it("stands still while any phase is waited for, and counts only the check's own time", async () => {
    const expire = vi.fn();
    const clock = new CheckClock(2, performance, expire);
    vi.advanceTimersByTime(500);
    const build = Promise.withResolvers<void>();
    const start = Promise.withResolvers<void>();
    const waits = [clock.pauseFor(build.promise), clock.pauseFor(start.promise)];
    vi.advanceTimersByTime(60_000);
    build.resolve();
    await waits[0];
    vi.advanceTimersByTime(60_000);
    start.resolve();
    await waits[1];
    vi.advanceTimersByTime(1000);
    expect(expire).not.toHaveBeenCalled();
    expect(clock.stop()).toBe(1500);
    vi.advanceTimersByTime(60_000);
    expect(expire).not.toHaveBeenCalled();
  });

  it("waits on while the run's clock is slower than real time", () => {
    const expire = vi.fn();
    const clock = new CheckClock(2, { now: () => performance.now() / 4 }, expire);
    vi.advanceTimersByTime(7_990);
    expect(expire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(expire).toHaveBeenCalledOnce();
    expect(clock.stop()).toBeCloseTo(2_000, -1);
  });
});
