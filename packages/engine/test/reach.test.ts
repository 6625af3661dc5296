import { expect, test } from "vitest";
import type { Attempt } from "../src/handles/connect-probe.ts";
import { lasting } from "../src/handles/reach.ts";

const connected = (address: string): Attempt => ({ address, result: "connected" });
const unreachable = (address: string): Attempt => ({ address, result: "unreachable" });

test("a connection that cannot be made again was made while the engine changed its rules", async () => {
  const asked: string[][] = [];
  const answers = [[connected("10.0.0.2"), unreachable("10.0.1.2")], [unreachable("10.0.0.2")]];
  const attempts = [connected("10.0.0.2"), connected("10.0.1.2"), unreachable("10.0.2.2")];
  const kept = await lasting(attempts, async (addresses) => {
    asked.push(addresses);
    return answers.shift() ?? [];
  });
  expect(kept).toEqual(attempts.map(({ address }) => unreachable(address)));
  expect(asked).toEqual([["10.0.0.2", "10.0.1.2"], ["10.0.0.2"]]);
});

test("a connection that is made each time stands", async () => {
  const attempts = [connected("10.0.0.2"), { address: "10.0.1.2", result: "refused" as const }];
  let tries = 0;
  const kept = await lasting(attempts, async (addresses) => {
    tries++;
    return addresses.map(connected);
  });
  expect({ kept, tries }).toEqual({ kept: attempts, tries: 3 });
});

test("nobody is asked again when nothing connected", async () => {
  const attempts = [unreachable("10.0.0.2")];
  expect(await lasting(attempts, () => Promise.reject(new Error("asked")))).toEqual(attempts);
});
