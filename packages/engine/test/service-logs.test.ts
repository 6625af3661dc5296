import { expect, it } from "vitest";
import { joinLogs } from "../src/stack/service-logs.ts";

const log = (text: string, replica = 1) => ({ replica, text });

it("keeps the last lines, as they are for one container and with its number for several", () => {
  expect(joinLogs([log("a\nb\n\n")])).toBe("a\nb");
  expect(joinLogs([log("a\nb\n"), log("", 2), log("c", 3)])).toBe("1 | a\n1 | b\n3 | c");
  expect(joinLogs([log("\n"), log("", 2)])).toBe("");
  const many = Array.from({ length: 100 }, (_, index) => `line ${index}`).join("\n");
  expect(joinLogs([log(many)]).split("\n")).toHaveLength(60);
  expect(joinLogs([log(many), log(many, 2)]).split("\n")).toHaveLength(60);
  expect(joinLogs([log(many)])).toMatch(/^line 40\n[\s\S]*line 99$/);
});

it("keeps 8 KiB: whole lines where one fits, and no half character", () => {
  const lines = joinLogs([log(`${"a".repeat(5_000)}\n${"b".repeat(5_000)}`)]);
  expect(lines).toBe("b".repeat(5_000));
  const wide = joinLogs([log("ü".repeat(8_000))]);
  expect(wide).toMatch(/^ü+$/);
  expect(Buffer.byteLength(wide)).toBeGreaterThan(8_000);
  expect(Buffer.byteLength(wide)).toBeLessThanOrEqual(8_192);
});
