import { expect, it, vi } from "vitest";
import { Strangers } from "../src/stack/strangers.ts";

const event = (Action: string, id = "a1", oneoff = "False") =>
  JSON.stringify({
    Action,
    Actor: {
      ID: id,
      Attributes: { "com.docker.compose.service": "web", "com.docker.compose.oneoff": oneoff },
    },
  });

/** What is reported of these lines. */
function told(lines: string[]): string[] {
  const reports: string[] = [];
  const own = new Strangers(
    ({ code, message }) => void reports.push(`${code}: ${message}`),
    (id) => id === "ours",
  );
  for (const line of lines) own.read(line);
  return reports;
}

it("reports a container that somebody else removes or kills", () => {
  expect(told([event("create"), event("destroy"), event("kill")])).toEqual([
    "STACK_DISTURBED: a container of `web` was removed by somebody else during the run",
    "STACK_DISTURBED: a container of `web` was stopped or killed by somebody else during the run",
  ]);
});

it("is silent about crashes, one-offs, what the grader kills, what was never created, and half a line", () => {
  const lines = [
    event("die"),
    event("oom"),
    event("kill", "a1", "True"),
    event("kill", "ours"),
    event("destroy", "never-created"),
    '{"Action":"kill","Act',
  ];
  expect(told(lines)).toEqual([]);
});

it("is silent while the grader itself stops something, and a moment longer", async () => {
  vi.useFakeTimers();
  try {
    const reports: unknown[] = [];
    const own = new Strangers(
      (fault) => reports.push(fault),
      () => false,
    );
    own.read(event("create"));
    await own.act(async () => own.read(event("kill")));
    own.read(event("destroy"));
    expect(reports).toEqual([]);
    vi.advanceTimersByTime(1_000);
    own.read(event("destroy"));
    expect(reports).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});
