import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Result, resultSchema } from "@compose-labs/lab";
import { renderTerminal } from "@compose-labs/report";
import * as v from "valibot";
import type { HostileCase } from "./cases-file.ts";
import type { EngineApi } from "./engine.ts";
import type { EngineEvents } from "./engine-events.ts";
import { readHarness, setUp } from "./harness.ts";
import type { Observation } from "./judge.ts";
import { layOut } from "./layout.ts";
import { leftInFolder, leftOnEngine, leftRunning, snapshot } from "./leftovers.ts";
import { recordEngine } from "./recording-proxy.ts";

const root = join(import.meta.dirname, "..");
const LABS = join(import.meta.dirname, "labs");

/** What a grader on a build machine has in its environment; no value of it may come out anywhere. */
const CANARIES = {
  GITHUB_TOKEN: "ghs_canary",
  ACTIONS_RUNTIME_TOKEN: "runtime-token-canary",
  AWS_SECRET_ACCESS_KEY: "aws-secret-canary",
  NPM_TOKEN: "npm_canary",
  COMPOSE_FILE: "compose-file-canary.yaml",
  COMPOSE_PROFILES: "profile-canary",
};
/** The content of the file that stands for everything outside a submission. */
const OUTSIDE = "outside-canary";

/** Seconds after which a command that does not end is killed. */
const HUNG = 150;

export interface CaseContext {
  /** The folder of cases. */
  folder: string;
  /** A folder of this case's own; the path is short, since a socket lies in it. */
  temporary: string;
  engine: EngineApi;
  events: EngineEvents;
  signal: AbortSignal;
}

/** Grades one case by the real command line, as a user would, and looks at everything that came of it. */
export async function runCase(entry: HostileCase, context: CaseContext): Promise<Observation> {
  const { engine, temporary, events } = context;
  const plan = readHarness(entry.harness);
  const canaries = [...new Set([...Object.values(CANARIES), OUTSIDE, ...plan.canaries])];
  const own = join(temporary, "tmp");
  await mkdir(own, { recursive: true });
  const folder = await layOut(entry, join(context.folder, entry.name), temporary);
  const before = await snapshot(folder);
  await using recording = await recordEngine({ engine: engine.address, path: join(temporary, "engine"), canaries });
  await using harness = await setUp(plan, engine, ["busybox:1.37"]);
  const environment = { ...CANARIES, ...plan.environment, DOCKER_HOST: recording.host, TMPDIR: own };
  const { pid, ...ended } = await runGrader(folder, environment, context);
  const result = readResult(ended.stdout);
  const output = `${ended.stdout}\n${ended.stderr}`;
  return {
    ...ended,
    result,
    // The result as a student sees it is held against the same rules as the document.
    stdout: `${ended.stdout}\n${result === undefined ? "" : plainText(result)}`,
    created: recording.created,
    leaked: canaries.filter((canary) => output.includes(canary) || recording.leaked.has(canary)),
    leftovers: [
      ...(await leftOnEngine(engine, pid, events.volumesOf(pid))),
      ...(await settledProcesses(own)),
      ...(await leftInFolder(own)),
    ],
    changed: [
      ...(await harness.problems()),
      ...((await snapshot(folder)) === before ? [] : ["the submission's folder was written to"]),
    ],
  };
}

const plainText = (result: Result): string =>
  renderTerminal(result, { width: 100, colour: false, unicode: false, hints: 3, quiet: false });

/** A grader's watcher ends when it sees that the grader has ended, so it may be there for a moment. */
async function settledProcesses(folder: string): Promise<string[]> {
  let found = await leftRunning(folder);
  for (let waited = 0; found.length > 0 && waited < 2_000; waited += 50) {
    await sleep(50);
    found = await leftRunning(folder);
  }
  return found;
}

interface Ended {
  pid: number;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

function runGrader(folder: string, environment: Record<string, string>, { signal }: CaseContext): Promise<Ended> {
  signal.throwIfAborted();
  const words = ["--labs", LABS, "check", "hello", folder, "--json"];
  const kept = ["PATH", "HOME", "USER", "LANG", "DOCKER_CONFIG", "SystemRoot"];
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(process.execPath, [join(root, "grader/bin/grader.mjs"), ...words], {
      cwd: root,
      env: { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = () => void child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    const hung = setTimeout(() => child.kill("SIGKILL"), HUNG * 1000);
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => {
      clearTimeout(hung);
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else resolve({ pid: child.pid ?? -1, exitCode, seconds: (performance.now() - from) / 1000, ...said });
    });
  });
}

function readResult(text: string): Result | undefined {
  try {
    const parsed = v.safeParse(resultSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
