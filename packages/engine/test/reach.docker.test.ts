import { afterAll, beforeAll, expect, it } from "vitest";
import { failureOf, serve, sketchRun, startRun, type TestRun } from "./stack-fixture.ts";

let test: TestRun;
const idle = { command: ["sleep", "1000"], init: true };

beforeAll(async () => {
  test = await startRun(
    sketchRun(
      {
        proxy: { ...idle, networks: { front: null } },
        api: { ...idle, networks: { front: null, back: null } },
        db: { command: serve(5432), networks: { back: null } },
        loop: { command: serve("127.0.0.1:5432" as unknown as number), networks: { back: null } },
        side: { command: serve(7000), network_mode: "service:db" },
        alone: { ...idle, network_mode: "none" },
      },
      { networks: { front: {}, back: { internal: true } } },
    ),
  );
  await test.stack.settled();
});

afterAll(() => test[Symbol.asyncDispose]());

const service = (name: string) => test.stack.service(name);

it("connects where there is a common network, by service and by name", async () => {
  await service("api").canReach(service("db"), 5432);
  await service("api").canReach("db", 5432);
  await service("api").canReach(service("side"), 7000);
  expect(await service("api").resolves("db")).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)]);
});

it("says why there is no connection", async () => {
  const failures = await Promise.all([
    failureOf(service("proxy").canReach(service("db"), 5432)),
    failureOf(service("api").canReach(service("db"), 1)),
    failureOf(service("api").canReach(service("loop"), 5432)),
    failureOf(service("proxy").canReach("db", 5432)),
    failureOf(service("alone").canReach("127.0.0.9", 5432)),
    failureOf(service("proxy").resolves("db")),
  ]);
  expect(failures.map(({ code }) => code)).toEqual([
    "NO_SHARED_NETWORK",
    "NOTHING_LISTENS",
    "NET_LOOPBACK_BIND",
    "CANNOT_REACH",
    "CANNOT_REACH",
    "NAME_UNKNOWN",
  ]);
});

it("passes isolation only when the control gets there", async () => {
  await service("proxy").cannotReach(service("db"), 5432, { whereas: service("api") });
  await service("proxy").cannotResolve("db", { whereas: service("api") });
  await service("alone").cannotReach("db", 5432, { whereas: service("api") });
  await service("db").hasNoWayOut({ whereas: service("api") });
});

it("fails isolation when there is a way", async () => {
  const failures = await Promise.all([
    failureOf(service("api").cannotReach(service("db"), 5432, { whereas: service("api") })),
    failureOf(service("api").cannotResolve("db", { whereas: service("api") })),
    failureOf(service("api").hasNoWayOut({ whereas: service("proxy") })),
  ]);
  expect(failures.map(({ code }) => code)).toEqual(["NET_REACHABLE", "NAME_RESOLVES", "NET_WAY_OUT"]);
  expect(failures[0]?.found).toContain("on network `back`");
});

it("never passes isolation on a control that does not get there itself", async () => {
  const failures = await Promise.all([
    failureOf(service("proxy").cannotReach(service("db"), 1, { whereas: service("api") })),
    failureOf(service("proxy").cannotResolve("no-such-name", { whereas: service("api") })),
    failureOf(service("db").hasNoWayOut({ whereas: service("db") })),
  ]);
  expect(failures.map(({ code }) => code)).toEqual([
    "CONTROL_UNREACHABLE",
    "CONTROL_UNREACHABLE",
    "CONTROL_UNREACHABLE",
  ]);
});

it("tells who reached whom: of services only, and of each side of a negative check", async () => {
  const from = test.reaches.length;
  await Promise.allSettled([
    service("proxy").cannotReach(service("db"), 5432, { whereas: service("api") }),
    service("api").canReach("db", 1),
    service("api").canReach("127.0.0.9", 5432),
    service("db").http({ path: "/", from: service("api"), port: 5432 }),
    service("db").http({ path: "/", from: "inside", port: 5432 }),
    service("api").http({ path: "/" }),
  ]);
  const told = test.reaches.slice(from).map((reach) => JSON.stringify(reach));
  expect(told.sort()).toEqual([
    '{"from":"api","to":"db","port":1,"reached":false}',
    '{"from":"api","to":"db","port":5432,"reached":true}',
    '{"from":"api","to":"db","port":5432,"reached":true}',
    '{"from":"host","to":"api","reached":false}',
    '{"from":"proxy","to":"db","port":5432,"reached":false}',
  ]);
});

it("reads interfaces and listeners from the namespace", async () => {
  expect(await service("api").interfaces()).toEqual(["eth0", "eth1"]);
  expect(await service("alone").interfaces()).toEqual([]);
  expect(await service("loop").listeners()).toEqual([{ address: "127.0.0.1", port: 5432 }]);
  expect((await service("api").networks()).map(({ network }) => network).sort()).toEqual(["back", "front"]);
});

it("names a service that the file does not define", () => {
  expect(() => service("cache")).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ code: "SERVICE_MISSING" }) }),
  );
});
