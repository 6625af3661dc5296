import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { zipSync } from "fflate";
import { checkout } from "./checkout.ts";
import { holds, interpolate, type Scope } from "./expression.ts";
import { type ProcessRun, runProcess } from "./run-process.ts";
import { readAction, type Step, type Workflow } from "./workflow-file.ts";

/** The machine, and what GitHub knows, when a job runs. */
export interface JobOptions {
  workflow: Workflow;
  /** `pull_request` or `workflow_run`. */
  eventName: string;
  event: object;
  /** owner/name of the repository that the workflow runs in. */
  repository: string;
  /** The commit that the event is about. */
  sha: string;
  runId: number;
  inputs?: Record<string, string>;
  /** An empty folder, all of which is the job's. */
  machine: string;
  /** Bare repositories by owner/name. */
  repositories: ReadonlyMap<string, string>;
  apiUrl: string;
  token: string;
  /** What the machine has in its environment besides GitHub's variables: PATH and HOME at least. */
  environment: Record<string, string | undefined>;
  /** Told each step's name before it is run: what happens elsewhere meanwhile. */
  onStep?: (name: string) => Promise<void>;
}

interface StepRun extends ProcessRun {
  name: string;
  outcome: "success" | "failure" | "skipped";
}

export interface JobRun {
  conclusion: "success" | "failure" | "skipped";
  steps: StepRun[];
  /** What all steps wrote for the run's page. */
  summary: string;
  /** Zip archives by name. */
  artifacts: Map<string, Uint8Array>;
}

interface State {
  options: JobOptions;
  contexts: Record<string, unknown>;
  workspace: string;
  run: JobRun;
}

/** Runs the one job of a workflow, step by step as GitHub documents it, and refuses whatever it does not know. */
export async function runJob(options: JobOptions): Promise<JobRun> {
  const [[name, job] = [], ...others] = Object.entries(options.workflow.jobs);
  if (name === undefined || job === undefined || others.length > 0) throw new Error("expected a workflow with one job");
  const run: JobRun = { conclusion: "success", steps: [], summary: "", artifacts: new Map() };
  const workspace = join(options.machine, "workspace");
  const temporary = join(options.machine, "temp");
  for (const folder of [workspace, temporary]) await mkdir(folder, { recursive: true });
  await writeFile(join(options.machine, "event.json"), JSON.stringify(options.event));
  const github = {
    event: options.event,
    event_name: options.eventName,
    repository: options.repository,
    sha: options.sha,
    token: options.token,
  };
  const contexts = { github, inputs: options.inputs ?? {}, runner: { temp: temporary } };
  if (!holds(job.if, { contexts, failed: false })) return { ...run, conclusion: "skipped" };
  await runSteps(job.steps, { options, contexts, workspace, run });
  return run;
}

async function runSteps(steps: readonly Step[], state: State): Promise<void> {
  for (const step of steps) {
    const scope = { contexts: state.contexts, failed: state.run.conclusion === "failure" };
    const name = step.name ?? step.uses ?? step.run ?? "";
    if (!holds(step.if, scope)) {
      state.run.steps.push({ name, outcome: "skipped", exitCode: 0, stdout: "", stderr: "" });
      continue;
    }
    const folder = await findComposite(step.uses ?? "", state);
    if (folder !== undefined) {
      await runAction(step, folder, scope, state);
      continue;
    }
    await state.options.onStep?.(name);
    const ended = step.uses === undefined ? await runScript(step, scope, state) : await useAction(step, scope, state);
    if (ended.exitCode !== 0) state.run.conclusion = "failure";
    state.run.steps.push({ name, outcome: ended.exitCode === 0 ? "success" : "failure", ...ended });
  }
}

/** The folder of a composite action: in the workspace, or in a repository known here, which is fetched whole. */
async function findComposite(uses: string, { options, workspace }: State): Promise<string | undefined> {
  if (uses.startsWith("./")) return resolve(workspace, uses);
  const [, repository = "", path = "", ref = ""] = /^([^/]+\/[^/]+)\/([^@]+)@([0-9a-f]{40})$/.exec(uses) ?? [];
  if (!options.repositories.has(repository)) return undefined;
  const inputs = { repository, ref, path: ref, "persist-credentials": "false", submodules: "false", lfs: "false" };
  await checkout(inputs, { ...options, workspace: join(options.machine, "actions") });
  return join(options.machine, "actions", ref, path);
}

/** The steps of a composite action, with its inputs and its folder in their contexts. */
async function runAction(step: Step, folder: string, scope: Scope, state: State): Promise<void> {
  const action = await readAction(join(folder, "action.yml"));
  const given = mapValues(step.with, (text) => interpolate(text, scope));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(action.inputs, name));
  if (unknown !== undefined) throw new Error(`${step.uses} has no input ${unknown}`);
  const inputs = mapValues(action.inputs, (input, name) => given[name] ?? interpolate(input.default ?? "", scope));
  const github = { ...(state.contexts["github"] as object), action_path: folder };
  await runSteps(action.runs.steps, { ...state, contexts: { ...state.contexts, github, inputs } });
}

async function useAction(step: Step, scope: Scope, { options, workspace, run }: State): Promise<ProcessRun> {
  const inputs = mapValues(step.with, (text) => interpolate(text, scope));
  const [action] = (step.uses ?? "").split("@");
  try {
    if (action === "actions/checkout") await checkout(inputs, { workspace, ...options });
    else if (action === "actions/upload-artifact") await upload(inputs, run);
    else throw new Error(`the runner of these tests does not know ${action}`);
    return { exitCode: 0, stdout: "", stderr: "" };
  } catch (error) {
    return { exitCode: 1, stdout: "", stderr: `${error instanceof Error ? error.message : error}\n` };
  }
}

/** One file: the archive then has it alone, without its folders. */
async function upload(inputs: Record<string, string>, run: JobRun): Promise<void> {
  const { name = "artifact", path = "" } = inputs;
  if (!/^(ignore|warn|error)$/.test(inputs["if-no-files-found"] ?? "warn"))
    throw new Error("if-no-files-found is wrong");
  try {
    run.artifacts.set(name, zipSync({ [basename(path)]: await readFile(path) }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || inputs["if-no-files-found"] === "error") throw error;
  }
}

async function runScript(step: Step, scope: Scope, { options, contexts, workspace, run }: State): Promise<ProcessRun> {
  const { machine } = options;
  const file = (name: string) => join(machine, `${name}-${run.steps.length}`);
  const files = {
    GITHUB_STEP_SUMMARY: file("summary"),
    GITHUB_ENV: file("env"),
    GITHUB_OUTPUT: file("output"),
    GITHUB_PATH: file("path"),
  };
  for (const path of Object.values(files)) await writeFile(path, "");
  const script = `${file("script")}.sh`;
  await writeFile(script, interpolate(step.run ?? "", scope));
  const action = (contexts["github"] as { action_path?: string }).action_path;
  const env = {
    ...options.environment,
    ...files,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: options.apiUrl,
    GITHUB_EVENT_NAME: options.eventName,
    GITHUB_EVENT_PATH: join(machine, "event.json"),
    GITHUB_REPOSITORY: options.repository,
    GITHUB_RUN_ID: String(options.runId),
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_SHA: options.sha,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: join(machine, "temp"),
    ...(action === undefined ? {} : { GITHUB_ACTION_PATH: action }),
    ...mapValues(step.env, (text) => interpolate(text, scope)),
  };
  const cwd = resolve(workspace, interpolate(step["working-directory"] ?? ".", scope));
  const strict = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  const ended = await runProcess("bash", [...strict, script], { cwd, env });
  run.summary += await readFile(files.GITHUB_STEP_SUMMARY, "utf8");
  for (const name of ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH"] as const) {
    if ((await readFile(files[name], "utf8")) !== "") throw new Error(`${step.name} wrote to ${name}`);
  }
  return ended;
}

function mapValues<V, T>(record: Record<string, V>, change: (value: V, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
