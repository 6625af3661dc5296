import type { RunService } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { describeCause } from "../src/stack/causes.ts";
import { type Expectation, judgeService } from "../src/stack/judge.ts";
import { shareOf } from "../src/stack/usage.ts";
import type { Observed } from "../src/stack/watch.ts";

const facts: RunService = {
  image: "busybox:1.37",
  builds: false,
  dockerfile: undefined,
  active: true,
  ports: [],
  health: undefined,
  restart: "no",
  replicas: 1,
};

function expecting(service: Partial<RunService> = {}, rest: Partial<Expectation> = {}): Expectation {
  return { service: { ...facts, ...service }, replicas: 1, awaited: false, forgiven: new Map(), ...rest };
}

function container(
  state: Partial<Observed> & { error?: string; log?: { ExitCode: number; Output: string }[] } = {},
): Observed {
  const { error = "", log, ...rest } = state;
  return {
    id: "c1",
    name: "cl-1-app-1",
    service: "app",
    replica: 1,
    image: "busybox:1.37",
    state: "running",
    exitCode: 0,
    health: "none",
    restartCount: 0,
    oomKilled: false,
    startedAt: 1,
    finishedAt: undefined,
    env: {},
    command: ["serve"],
    user: "",
    runningFor: 400,
    busy: 0,
    used: 100,
    lived: 0,
    raw: { State: { Error: error, Health: { FailingStreak: 3, Log: log ?? [] } }, HostConfig: { Memory: 67_108_864 } },
    ...rest,
  };
}

const stateOf = (expected: Expectation, ...containers: Observed[]) => {
  const state = judgeService(expected, containers);
  return state.state === "failed" ? state.cause.kind : state.state;
};

const port = { target: 80, protocol: "tcp", hostIp: "", published: "8080" };

describe("a service without a health check", () => {
  it.each([
    ["settled", { runningFor: 400, busy: 0.01 }],
    ["waiting", { runningFor: 100, busy: 0 }],
    ["waiting", { runningFor: 400, busy: undefined }],
    ["waiting", { runningFor: 2_900, busy: 0.9 }],
    ["settled", { runningFor: 3_500, busy: 0.9, used: 3_100 }],
    ["waiting", { runningFor: 9_000, busy: 0.1, used: 900 }],
    ["settled", { runningFor: 10_100, busy: undefined, used: 0 }],
    ["waiting", { state: "created" }],
    ["waiting", { state: "restarting", restartCount: 2 }],
    ["loop", { state: "restarting", restartCount: 3 }],
    ["loop", { restartCount: 4, runningFor: 500 }],
    ["settled", { restartCount: 4, runningFor: 1_500 }],
    ["not-started", { state: "created", error: "unable to find user x" }],
    ["not-found", { state: "created", error: 'exec: "x": executable file not found in $PATH' }],
    ["crashed", { state: "exited", exitCode: 3 }],
    ["not-found", { state: "exited", exitCode: 127 }],
    ["oom", { state: "exited", exitCode: 137, oomKilled: true }],
  ] as const)("is %s when it is %o", (expected, state) => {
    expect(stateOf(expecting(), container(state))).toBe(expected);
  });

  it("forgives restarts that the grader caused", () => {
    const expected = expecting({ restart: "always" }, { forgiven: new Map([["c1", 4]]) });
    expect(stateOf(expected, container({ restartCount: 4, runningFor: 1_100, lived: 5_000 }))).toBe("settled");
  });

  it.each([
    ["waiting", { runningFor: 900 }, {}],
    ["settled", { runningFor: 1_100 }, {}],
    ["settled", { runningFor: 400 }, { ports: [port] }],
    ["waiting", { runningFor: 2_300, restartCount: 1, lived: 1_200 }, { ports: [port] }],
    ["waiting", { runningFor: 3_900, busy: 0.9, used: 3_500, restartCount: 2, lived: 2_000 }, {}],
    ["settled", { runningFor: 2_500, restartCount: 1, lived: 1_200 }, {}],
    ["waiting", { runningFor: 9_900, restartCount: 1, lived: 9_000 }, {}],
    ["settled", { runningFor: 10_100, restartCount: 1, lived: 9_000 }, {}],
    ["settled", { runningFor: 1_100, restartCount: 1, lived: 60_000 }, {}],
    ["loop", { state: "restarting", restartCount: 3, lived: 1_200 }, {}],
  ] as const)("that the engine starts again is %s when it is %o", (expected, state, service) => {
    const restarting = { restart: "always", ...service, ports: "ports" in service ? [...service.ports] : [] };
    expect(stateOf(expecting(restarting), container(state))).toBe(expected);
  });

  it("waits until every replica is there", () => {
    expect(stateOf(expecting({}, { replicas: 2 }), container())).toBe("waiting");
    expect(stateOf(expecting({}, { replicas: 2 }))).toBe("waiting");
    expect(stateOf(expecting({}, { replicas: 2 }), container(), container({ replica: 2 }))).toBe("settled");
  });
});

it("does not take a container that ended since for a quiet one", () => {
  expect(shareOf({ at: 0, total: 90 }, { at: 200, total: 100 })).toBe(0.05);
  expect(shareOf({ at: 0, total: 90 }, { at: 200, total: 0 })).toBeUndefined();
});

describe("a service that ended with 0", () => {
  const ended = container({ state: "exited", exitCode: 0 });
  it.each([
    ["settled", expecting()],
    ["settled", expecting({ restart: "on-failure" })],
    ["exited", expecting({ ports: [port] })],
    ["exited", expecting({ health: { firstLook: 30 } })],
    ["exited", expecting({ restart: "unless-stopped" })],
    ["settled", expecting({ ports: [port] }, { awaited: true })],
  ] as const)("is %s", (expected, expectation) => {
    expect(stateOf(expectation, ended)).toBe(expected);
  });
});

describe("a service with a health check", () => {
  const failing = (Output: string, ExitCode = 1) => [1, 2].map(() => ({ ExitCode, Output }));
  it.each([
    ["settled", { health: "healthy" }],
    ["waiting", { health: "starting" }],
    ["unhealthy", { health: "unhealthy", log: failing("no") }],
    ["no-tool", { health: "starting", log: failing('exec: "curl": executable file not found in $PATH: unknown', -1) }],
    ["no-tool", { health: "unhealthy", log: failing("/bin/sh: 1: curl: not found") }],
    ["no-tool", { health: "starting", log: failing("bash: line 1: pg_isready: command not found") }],
    ["waiting", { health: "starting", log: failing("sh: curl: not found").slice(1) }],
    ["settled", { health: "healthy", restartCount: 9 }],
  ] as const)("is %s when it is %o", (expected, state) => {
    const copy = { ...state, ...("log" in state ? { log: [...state.log] } : {}) };
    expect(stateOf(expecting({ health: { firstLook: 30 } }), container(copy))).toBe(expected);
  });
});

it("on an overloaded machine an unhealthy service may still get well, and one without the tool cannot", () => {
  const health = { firstLook: 30 };
  const unhealthy = container({ health: "unhealthy" });
  expect(judgeService(expecting({ health }), [unhealthy], true)).toEqual({
    state: "waiting",
    why: "unhealthy, its health check fails",
  });
  const log = [1, 2].map(() => ({ ExitCode: 127, Output: "/bin/sh: 1: curl: not found" }));
  const without = judgeService(expecting({ health }), [container({ health: "unhealthy", log })], true);
  expect(without).toMatchObject({ state: "failed", cause: { kind: "no-tool", tool: "curl" } });
});

it("says of each cause what was found", () => {
  const lived = container({ state: "exited", exitCode: 143, startedAt: 1_000, finishedAt: 13_400, restartCount: 3 });
  const kinds = ["crashed", "exited", "oom", "not-found", "loop", "unhealthy"] as const;
  expect(kinds.map((kind) => describeCause({ kind, container: lived }, "a\nlast words\n").found)).toEqual([
    "`app` ended with exit code 143 (SIGTERM), 12 s after it started",
    "`app` ended by itself with exit code 0, 12 s after it started",
    "`app` was killed by the kernel: it needed more memory than its limit of 64 MiB, 12 s after it started",
    '`app` could not run its command "serve": last words (exit code 143)',
    "`app` ended and was restarted 3 times, last with exit code 143 (SIGTERM)",
    "`app` is unhealthy: its health check failed 3 times in a row, last with exit code 1",
  ]);
  expect(describeCause({ kind: "no-tool", container: lived, tool: "curl" }).found).toContain("`curl`");
  const error =
    "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: open /x: no such file: unknown";
  expect(describeCause({ kind: "not-started", container: lived, error }).found).toBe(
    "the engine could not start `app`: error during container init: open /x: no such file",
  );
});
