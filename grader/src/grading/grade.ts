import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import type { Adversity, Engine, StackRun } from "@compose-labs/engine";
import { findComposeTools, openLease } from "@compose-labs/engine/before-start";
import {
  type Check,
  type ComposeModel,
  createFresh,
  type Lab,
  LabError,
  labDigest,
  loadRubric,
  type Result,
  type Rubric,
} from "@compose-labs/lab";
import type { YamlParser } from "@compose-labs/submission/parser";
import { type PreparedSubmission, prepareSubmission } from "@compose-labs/submission/prepare";
import { createContext } from "./check-context.ts";
import { runChecks } from "./check-run.ts";
import { drawStack } from "./drawing.ts";
import { type Progress, Stopwatch } from "./phases.ts";
import { requireEngine } from "./requirements.ts";
import { finishResult, type ResultDraft } from "./result-draft.ts";
import { selectChecks } from "./select-checks.ts";
import { GRADER_VERSION } from "./version.ts";
import { WallClock } from "./wall-clock.ts";

/** The helper image that every probe runs from. */
const PROBE_IMAGE = "busybox:1.37";

/** A stack that was left up, and how to reach it. */
export interface KeptStack {
  project: string;
  endpoints: { service: string; target: number; url: string }[];
}

export interface GradeOptions {
  lab: Lab;
  /** Absolute path of the submission. */
  folder: string;
  /** Eight hex digits if it is not given. */
  seed?: string;
  /** Ids of the checks to run, with what they need; all if it is not given. */
  only?: string[];
  /** Who handed it in, and as which commit: written into the result as they are. */
  student?: string;
  commit?: string;
  /** Grade as a worse machine would. */
  adversity?: Adversity;
  /** Leave the stack up when the checks are done. */
  keep?: boolean;
  /** Stop when the findings are known; the engine is not asked for, and the verdict is `refused` or `not-run`. */
  policyOnly?: boolean;
  /** Started already, ended by the caller; one is started if it is not given. */
  parser?: YamlParser;
  /** Connects when it is first called; the same connection every time. */
  engine: () => Promise<Engine>;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  progress: Progress;
  /** Called while Compose reads the submission, and nothing else is to be done. */
  onWaiting?: () => void;
  /** Called as soon as the verdict stands, before the stack is taken down. */
  onResult?: (result: Result, kept: KeptStack | undefined) => void | Promise<void>;
}

/**
 * Grades one folder. Answers a result document whatever happens to the engine or the student's stack;
 * throws a usage error when the lab or the folder itself is wrong.
 */
export async function grade(options: GradeOptions): Promise<Result> {
  const rubric = await loadRubric(options.lab);
  let draft = await openDraft(options, rubric);
  for (;;) {
    const { result, again } = await attempt(draft, options);
    if (!again) return result;
    const { seed, startedAt } = draft;
    draft = { ...(await openDraft({ ...options, seed }, rubric)), startedAt, retriedAfter: result.fault };
  }
}

/** Faults of a moment: other runs that hold every address or the disk, somebody who touched the stack. */
const PASSING = ["NETWORK_POOL_EXHAUSTED", "PORT_IN_USE", "DISK_CONTENDED", "STACK_DISTURBED"];

/** One run from the copy to the end of the clean-up. Tells nobody of a result that is to be tried again. */
async function attempt(draft: ResultDraft, options: GradeOptions): Promise<{ result: Result; again: boolean }> {
  const { signal } = options;
  await using scope = new AsyncDisposableStack();
  const watch = new Stopwatch();
  draft.timings = watch.timings;
  let kept: KeptStack | undefined;
  try {
    signal.throwIfAborted();
    kept = await gradeInto(draft, options, scope, watch);
  } catch (thrown) {
    draft.fault = faultOf(thrown);
  }
  watch.timings["total"] = watch.total();
  const result = await finishResult(draft);
  const passing = result.fault !== undefined && PASSING.includes(result.fault.code);
  if (passing && draft.retriedAfter === undefined && !signal.aborted) {
    // An engine that cannot be cleared will not bear another run; what is left, the next command sweeps.
    const cleared = await scope.disposeAsync().then(
      () => true,
      () => false,
    );
    if (cleared) return { result, again: true };
  }
  await options.onResult?.(result, kept);
  return { result, again: false };
}

/** What is not needed before there is a model: loaded while Compose makes it. */
const loadRest = () => import("@compose-labs/submission");

async function gradeInto(
  draft: ResultDraft,
  options: GradeOptions,
  scope: AsyncDisposableStack,
  watch: Stopwatch,
): Promise<KeptStack | undefined> {
  const { lab, signal, progress } = options;
  const runId = randomBytes(6).toString("hex");
  const fresh = createFresh(draft.seed);
  progress.phase("copy");
  const lease = await openLease({ runId, deadline: Date.now() + runSeconds(lab) * 1000 });
  let keeping = false;
  scope.defer(() => (keeping ? lease.keep() : lease[Symbol.asyncDispose]()));
  const copyDirectory = join(lease.directory, "copy");
  const toolsDirectory = join(lease.directory, "tools");
  await Promise.all([copyDirectory, toolsDirectory].map((directory) => mkdir(directory, { mode: 0o700 })));
  const tools = await findComposeTools(options.environment, toolsDirectory);
  let digest: Promise<string | undefined> | undefined;
  const prepared = await watch.time("prepare", () =>
    prepareSubmission({
      lab,
      folder: options.folder,
      copyInto: copyDirectory,
      fresh,
      tools,
      signal,
      ...(options.parser === undefined ? {} : { parser: options.parser }),
      onGated: () => {
        void loadRest();
        options.onWaiting?.();
        if (options.policyOnly) return;
        options.engine().catch(() => {});
        digest = import("./grader-digest.ts").then(({ graderDigest }) => graderDigest());
      },
    }),
  );
  const graderDigest = await digest;
  if (graderDigest !== undefined) draft.environment = { ...draft.environment, graderDigest };
  fillIn(draft, prepared, watch);
  const { model } = prepared;
  if (model === undefined || draft.findings.some((finding) => finding.severity === "refuse")) return undefined;
  const { makeRunModel } = await loadRest();
  const { runModel, notes } = makeRunModel({ prepared, lab, runId, labels: lease.labels });
  draft.findings.push(...notes);
  if (options.policyOnly) return undefined;

  progress.phase("connect");
  const [engine, { addressOf, requireImages }] = await watch.time("connect", () =>
    Promise.all([options.engine(), import("@compose-labs/engine")]),
  );
  const { facts } = engine;
  const known = {
    engine: facts.engine,
    compose: facts.compose,
    cgroup: facts.cgroup,
    storageDriver: facts.storageDriver,
  };
  draft.environment = { ...draft.environment, ...known, arch: facts.arch, os: facts.os };
  requireEngine(lab, facts);
  const { standIns, images } = await requireImages(engine.docker, [...lab.manifest.images, PROBE_IMAGE]);
  draft.environment = { ...draft.environment, standIns, images };

  await lease.connected(addressOf(engine.docker, options.environment));
  const wall = new WallClock(lab.manifest.limits.wall, signal);
  scope.defer(() => wall.stop());
  const run = engine.openRun(runModel, {
    signal: wall.signal,
    runDirectory: lease.directory,
    probeImage: PROBE_IMAGE,
    ...(options.adversity === undefined ? {} : { adversity: options.adversity }),
  });
  scope.defer(() => (keeping ? run.release() : run[Symbol.asyncDispose]()));
  await gradeRun({ draft, options, watch, prepared, model, run, fresh, wall });
  keeping = options.keep ?? false;
  return keeping ? { project: runModel.project, endpoints: await run.endpoints() } : undefined;
}

interface RunParts {
  draft: ResultDraft;
  options: GradeOptions;
  watch: Stopwatch;
  prepared: PreparedSubmission;
  model: ComposeModel;
  run: StackRun;
  fresh: ReturnType<typeof createFresh>;
  wall: WallClock;
}

/** Build, start and checks overlap: a check's handles wait for the phase they need, and for no other. */
async function gradeRun({ draft, options, watch, prepared, model, run, fresh, wall }: RunParts): Promise<void> {
  const { progress, lab } = options;
  progress.phase("start");
  const building = watch.time("build", () => run.build());
  // A failed build reaches the student through the handles of the checks that needed it.
  const started = building.then(
    () => run.up(),
    () => undefined,
  );
  const startClock = () => wall.start();
  building.then(startClock, startClock);
  progress.phase("checks");
  const signal = AbortSignal.any([wall.signal, run.broken]);
  draft.records = await watch.time("checks", () =>
    runChecks({
      checks: draft.rubric.checks.filter((check) => draft.asked.has(check)),
      signal,
      clock: run.clock,
      onDone: (record) => progress.checkDone(record),
      run: async (check: Check, recorder) => check.body(createContext({ lab, prepared, model, run, fresh }, recorder)),
    }),
  );
  await started;
  signal.throwIfAborted();
  await run.confirm();
  const [states, logs] = await Promise.all([run.states(), run.logs()]);
  draft.stack = drawStack(model, states, prepared.root);
  draft.logs = logs;
}

function fillIn(draft: ResultDraft, prepared: PreparedSubmission, watch: Stopwatch): void {
  Object.assign(watch.timings, prepared.timings);
  draft.submissionDigest = prepared.digest;
  draft.findings.push(...prepared.findings);
  draft.place = (path) => prepared.places.place(path);
  draft.source = async (place) => (await loadRest()).sourceLines(prepared.root, place);
}

async function openDraft(options: GradeOptions, rubric: Rubric): Promise<ResultDraft> {
  const { lab, only, seed, policyOnly, student, commit } = options;
  const { id, title, version } = lab.manifest;
  return {
    lab: { id, title, version, digest: await labDigest(lab) },
    rubric,
    seed: seed ?? randomBytes(4).toString("hex"),
    startedAt: new Date(),
    submissionDigest: "",
    origin: { ...(student === undefined ? {} : { student }), ...(commit === undefined ? {} : { commit }) },
    environment: { grader: GRADER_VERSION, node: process.versions.node, arch: arch(), os: platform(), standIns: [] },
    findings: [],
    records: new Map(),
    asked: policyOnly ? new Set() : selectChecks(rubric, only),
    fault: undefined,
    retriedAfter: undefined,
    stack: undefined,
    logs: undefined,
    timings: {},
    place: () => undefined,
    source: async () => undefined,
  };
}

/** Longest time a run may live: build, wall clock and room for the end. */
function runSeconds(lab: Lab): number {
  return lab.manifest.build.timeout + lab.manifest.limits.wall + 60;
}

function faultOf(thrown: unknown): LabError {
  if (thrown instanceof LabError) {
    if (thrown.kind === "usage") throw thrown;
    return thrown;
  }
  return new LabError(
    "fault",
    "GRADER_ERROR",
    `the grader stopped with ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)}`,
    {
      cause: thrown,
      hint: "This is not your mistake. Please report it with the result document (`--json`).",
    },
  );
}
