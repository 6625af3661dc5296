import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { belongsToRun, endOrphans, isWatcher } from "../src/janitor/orphans.ts";
import { listProcesses, type ProcessEntry, parsePs, parseStat, startOf } from "../src/janitor/process-table.ts";

const run = { runId: "0123456789ab", directory: "/tmp/run-1" };

function entry(words: string[], environment: string[] = []): ProcessEntry {
  return { pid: 7, group: 7, arguments: words, environment };
}

describe("a process belongs to a run", () => {
  test.each([
    ["by the run's variable", entry(["node", "up.ts"], ["COMPOSE_LABS_RUN=0123456789ab"])],
    ["by its temporary folder", entry(["tool"], ["TMPDIR=/tmp/run-1/tmp"])],
    ["by its Docker folder", entry(["tool"], ["DOCKER_CONFIG=/tmp/run-1"])],
    ["as a Compose call", entry(["/usr/bin/docker", "compose", "-p", "cl-0123456789ab", "up"])],
    ["as a Compose plugin", entry(["/x/docker-compose", "compose", "--project-name=cl-0123456789ab", "up"])],
  ])("%s", (_, process) => expect(belongsToRun(process, run)).toBe(true));

  test.each([
    ["that only mentions the run", entry(["vi", "cl-0123456789ab"])],
    ["that follows its logs", entry(["docker", "logs", "-f", "cl-0123456789ab-web-1"])],
    ["of a project of nearly the same name", entry(["docker", "compose", "-p", "cl-0123456789abc", "up"])],
    ["of another run", entry(["docker"], ["COMPOSE_LABS_RUN=0123456789ac"])],
    ["beside its folder", entry(["tool"], ["TMPDIR=/tmp/run-10"])],
    ["above its folder", entry(["tool"], ["TMPDIR=/tmp"])],
    ["with a folder it only names", entry(["tool"], ["HOME=/tmp/run-1"])],
  ])("but not one %s", (_, process) => expect(belongsToRun(process, run)).toBe(false));
});

test("a run's children are ended, others of similar looks are not", async () => {
  const sleeper = (runId: string) =>
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { env: { COMPOSE_LABS_RUN: runId } });
  await using ours = disposable(sleeper("feedfacecafe"));
  await using other = disposable(sleeper("feedfacecaff"));
  const ended = once(ours.child, "exit");
  expect(await endOrphans({ runId: "feedfacecafe" })).toEqual([ours.child.pid]);
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(other.child.exitCode ?? other.child.signalCode).toBeNull();
});

test("a zombie has ended", async () => {
  // The shell starts a child, ends it, and does not wait for it before it says so.
  const script = `sleep 60 & echo $!; kill -9 $!; exec sleep 30`;
  await using shell = disposable(spawn("sh", ["-c", script]));
  const [line] = await once(shell.child.stdout, "data");
  await expect.poll(() => startOf(Number(String(line)))).toBeUndefined();
});

test("the process table holds this process", async () => {
  const found = (await listProcesses()).find((it) => it.pid === process.pid);
  expect(found?.arguments.join(" ")).toContain("node");
});

test("a stat line is read past a name with brackets and spaces", () => {
  const rest = "S 1 77 77 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0";
  expect(parseStat(`42 (a) b (c) ${rest}`)).toEqual({ state: "S", group: 77, start: "4711" });
  expect(parseStat("")).toBeUndefined();
});

test("lines of ps are read", () => {
  expect(parsePs("  12   7 docker compose  up\n\nPID PGID ARGS\n")).toEqual([
    { pid: 12, group: 7, arguments: ["docker", "compose", "up"], environment: ["docker", "compose", "up"] },
  ]);
});

test("a watcher is known by its script and its run", () => {
  const order = JSON.stringify({ runId: "0123456789ab" });
  expect(isWatcher(entry(["sh", "-c", "…", "/a/watcher.ts", order]), run.runId, "/a/watcher.ts")).toBe(true);
  expect(isWatcher(entry(["sh", "-c", "…", "/b/watcher.ts", order]), run.runId, "/a/watcher.ts")).toBe(false);
  expect(isWatcher(entry(["sh", "-c", "…", "/a/watcher.ts", order]), "0123456789a", "/a/watcher.ts")).toBe(false);
});

function disposable<T extends ReturnType<typeof spawn>>(child: T) {
  return { child, [Symbol.asyncDispose]: async () => void child.kill("SIGKILL") };
}
