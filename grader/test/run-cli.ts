import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Result, resultSchema } from "@compose-labs/lab";
import * as v from "valibot";

const root = resolve(import.meta.dirname, "../..");
const DEMO_LABS = join(import.meta.dirname, "fixtures/labs");
export const DEMO_LAB = join(DEMO_LABS, "01-demo");

export interface CliOptions {
  /** Where the user is; the project's folder if it is not given. */
  cwd?: string;
  /** Replaces `--labs` of the demo lab. */
  labs?: string;
  /** Over the few variables that a child is given; undefined takes one away. */
  env?: Record<string, string | undefined>;
}

export interface CliRun {
  stdout: string;
  /** Paths, times and ids that differ from run to run are replaced. */
  stderr: string;
  exitCode: number | null;
}

export interface CliProcess {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Goes away as a reader. */
  closeOutput(): void;
  /** Resolves at the first output on stdout. */
  output: Promise<void>;
  ended: Promise<CliRun>;
}

/** The real command line in a process of its own, on the demo lab. */
export function startCli(args: string[], { cwd = root, labs = DEMO_LABS, env = {} }: CliOptions = {}): CliProcess {
  const kept = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "TMPDIR", "SystemRoot"];
  const child = spawn(process.execPath, [join(root, "grader/bin/grader.mjs"), "--labs", labs, ...args], {
    cwd,
    env: { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid === undefined) throw new Error("the grader did not start");
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  return {
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    closeOutput: () => void child.stdout.destroy(),
    output: new Promise((done) => child.stdout.once("data", () => done())),
    ended: new Promise((done) =>
      child.once("close", (exitCode) =>
        done({ stdout: said.stdout, stderr: normalise(said.stderr, [cwd, labs]), exitCode }),
      ),
    ),
  };
}

export function runCli(args: string[], options?: CliOptions): Promise<CliRun> {
  return startCli(args, options).ended;
}

/** `check 01 <folder> --json`: the document, which must be all that is on stdout. */
export async function checkJson(
  folder: string,
  { args = [], ...options }: CliOptions & { args?: string[] } = {},
): Promise<{ result: Result; exitCode: number | null; stderr: string }> {
  const { stdout, stderr, exitCode } = await runCli(["check", "01", folder, "--json", ...args], options);
  return { result: readResult(stdout), exitCode, stderr };
}

/** Throws unless the text is exactly one valid result document. */
export function readResult(stdout: string): Result {
  return v.parse(v.strictObject(resultSchema.entries), JSON.parse(stdout));
}

function normalise(text: string, folders: string[]): string {
  const shown = [...folders, root].reduce(
    (rest, folder, index) => rest.replaceAll(folder, ["<cwd>", "<labs>", "<root>"][index] ?? ""),
    text,
  );
  return shown.replace(/\d+(\.\d+)? (ms|s)\b/g, "<time>").replace(/cl-[0-9a-f]{12}/g, "<project>");
}

export interface Folder extends AsyncDisposable {
  path: string;
}

/** An empty folder, removed at the end of the block. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "grader-test-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Files by path; undefined takes one away. */
export type Changes = Record<string, string | undefined>;

async function change(folder: string, changes: Changes): Promise<void> {
  for (const [path, text] of Object.entries(changes)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    if (text === undefined) await rm(join(folder, path), { recursive: true });
    else await writeFile(join(folder, path), text);
  }
}

/** The demo lab's reference with changes, as a folder to be graded. */
export async function submission(changes: Changes = {}): Promise<Folder> {
  const folder = await temporaryFolder();
  await cp(join(DEMO_LAB, "reference"), folder.path, { recursive: true });
  await change(folder.path, changes);
  return folder;
}

/** The demo lab with changes, in a folder of labs of its own. */
export async function changedLab(changes: Changes, slug = "01-demo"): Promise<Folder> {
  const folder = await temporaryFolder();
  await cp(DEMO_LAB, join(folder.path, slug), { recursive: true });
  // The lab's `checks.ts` imports the project's packages.
  await symlink(join(root, "node_modules"), join(folder.path, "node_modules"), "junction");
  await change(join(folder.path, slug), changes);
  return folder;
}
