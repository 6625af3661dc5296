import { rm } from "node:fs/promises";
import {
  type CheckFailure,
  type Failure,
  type ImageHandle,
  LABELS,
  type LabError,
  type Recorder,
  type RunModel,
  type StackHandle,
} from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { openBuildBounds } from "./bounds/build-bounds.ts";
import { BuildDisk } from "./bounds/build-disk.ts";
import { DiskWatch } from "./bounds/disk-watch.ts";
import { type CommandResult, runCompose } from "./command.ts";
import { DeadlineClock } from "./deadline-clock.ts";
import type { EngineFacts } from "./engine-facts.ts";
import { asFault, engineLost } from "./faults.ts";
import { makeImageHandle } from "./handles/image-handle.ts";
import { makeStackHandle } from "./handles/stack-handle.ts";
import { ProbePool } from "./probes/probe-pool.ts";
import { makeReadiness, type Readiness } from "./readiness.ts";
import type { RunContext, VariantRun } from "./run-context.ts";
import { type Adversity, burden, occupyPorts, withColdCache } from "./stack/adversity.ts";
import { bringUp, type PendingUp, type UpEnd } from "./stack/bring-up.ts";
import { buildImages, servicesToBuild } from "./stack/build.ts";
import { type ComposeFile, writeComposeFile } from "./stack/compose-file.ts";
import { COMPOSE_LABELS } from "./stack/container-facts.ts";
import { describeStates, listEndpoints } from "./stack/overview.ts";
import { removeLabelled } from "./stack/remove.ts";
import { readServiceLogs, type ServiceLog } from "./stack/service-logs.ts";
import { type Decision, settle } from "./stack/settle.ts";
import { explainUpFailure } from "./stack/start-failure.ts";
import { Strangers } from "./stack/strangers.ts";
import { inStudentWords } from "./stack/student-words.ts";
import { StackWatch } from "./stack/watch.ts";
import { type ComposeTools, findComposeTools } from "./tools.ts";

export interface RunOptions {
  /** Aborted when the run is interrupted. */
  signal: AbortSignal;
  /** Absolute, existing and private: the Compose file, and the children's HOME, TMPDIR and DOCKER_CONFIG. */
  runDirectory: string;
  /** The image of the grader's own probes: `busybox:1.37`. */
  probeImage: string;
  /** What makes this machine a worse one. */
  adversity?: Adversity;
}

/** The submission running. Nothing exists until `build` or `up` is called; disposing of it removes everything. */
export interface StackRun extends AsyncDisposable {
  /** Builds the images of the services that build; the same promise each time. */
  build(): Promise<void>;
  /** Starts the stack in the background, after the build if that was asked for; handles wait for what they need. */
  up(): void;
  handles(recorder: Recorder): { stack: StackHandle; image(service: string): ImageHandle };
  /** Aborted with a fault when somebody else touched the stack, or the engine was lost: then no verdict stands. */
  broken: AbortSignal;
  /** Throws the fault of `broken`, and the fault of an engine that does not answer any more. */
  confirm(): Promise<void>;
  /** Service to `running (healthy)`, `exited 3`, `not created`. */
  states(): Promise<Map<string, string>>;
  /** The last lines of each service, at most 60 and 8 KiB; what cannot be read is left out. Never rejects. */
  logs(): Promise<ServiceLog[]>;
  /** What deadlines that decide about the student are told by; it ends with the run. */
  clock: DeadlineClock;
  /** Published ports as they are reached now. */
  endpoints(): Promise<{ service: string; target: number; url: string }[]>;
  /** Removes the probes and lets go of the engine, but leaves the stack (`--keep`). */
  release(): Promise<void>;
}

export interface RunSurroundings {
  docker: Dockerode;
  dockerHost: string;
  facts: EngineFacts;
  environment: NodeJS.ProcessEnv;
}

export function openRun(surroundings: RunSurroundings, runModel: RunModel, options: RunOptions): StackRun {
  return new Run(surroundings, options.adversity?.coldCache ? withColdCache(runModel) : runModel, options);
}

class Run implements StackRun {
  readonly context: RunContext;
  readonly #surroundings: RunSurroundings;
  readonly #options: RunOptions;
  readonly #only: string[] | undefined;
  readonly #closing = new AbortController();
  readonly #broken = new AbortController();
  readonly #variantOf: RunContext | undefined;
  readonly broken = this.#broken.signal;
  readonly #signal: AbortSignal;
  readonly #ready: Readiness;
  readonly #variants = new Set<Run>();
  readonly #disk: DiskWatch;
  #occupied: AsyncDisposable | undefined;
  #prepared: Promise<{ tools: ComposeTools; file: ComposeFile }> | undefined;
  #built: Promise<void> | undefined;
  #launched: Promise<PendingUp> | undefined;
  #pending: PendingUp | undefined;
  #raised: Promise<void> | undefined;
  #disposed: Promise<void> | undefined;

  constructor(
    surroundings: RunSurroundings,
    runModel: RunModel,
    options: RunOptions,
    variant?: { of: RunContext; only: string[] | undefined },
  ) {
    const { docker, facts } = surroundings;
    this.#surroundings = surroundings;
    this.#options = options;
    this.#only = variant?.only;
    this.#variantOf = variant?.of;
    this.#signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const active = Object.keys(runModel.compose.services).filter((name) => runModel.services[name]?.active ?? false);
    this.#ready = makeReadiness(active);
    this.#signal.addEventListener("abort", () => this.#failAll(this.#signal.reason as Error), { once: true });
    const killed = new Map<string, Failure>();
    const strangers = new Strangers(
      (fault) => this.#break(fault),
      (id) => killed.has(id),
    );
    const clock = variant?.of.clock ?? new DeadlineClock();
    const watch = new StackWatch(docker, runModel.project, clock, {
      event: (line) => strangers.read(line),
      lost: () => this.#break(engineLost()),
    });
    this.#disk = new DiskWatch({ docker, runModel, rootDir: this.#localRoot(), killed });
    this.context = {
      docker,
      facts,
      runModel,
      clock,
      watch,
      probes: new ProbePool(docker, options.probeImage, runModel.labels),
      probeImage: options.probeImage,
      active,
      replicas: new Map(),
      forgiven: new Map(),
      stopped: new Set(),
      killed,
      signal: this.#signal,
      built: () => this.build(),
      ready: (service) => this.#ready.services.get(service)?.promise ?? Promise.resolve(),
      allReady: () => this.#ready.all.promise,
      settleAgain: (services, signal) => this.#settleAgain(services, signal),
      composeUp: (args, services, signal) => this.#composeUp(args, services, signal),
      compose: (args, callOptions) => this.context.act(() => this.#compose(args, callOptions)),
      act: (work) => strangers.act(work),
      containersOf: async (service) => (await watch.look()).filter((container) => container.service === service),
      upFailure: (result) => explainUpFailure(result.output, result.exitCode ?? 1),
      openVariant: (model, variantOnly) => this.#openVariant(model, variantOnly),
    };
  }

  build(): Promise<void> {
    this.#built ??= this.#build().catch((error: unknown) => {
      throw inStudentWords(this.context.runModel, asFault(error, "building the images"));
    });
    // Nothing starts after a failed build, so all that would wait for a service is told.
    this.#built.catch((error: Error) => this.#failAll(error));
    return this.#built;
  }

  up(): void {
    this.#raised ??= this.#raise().catch((error: unknown) => this.#failAll(asFault(error, "starting the stack")));
  }

  get clock(): DeadlineClock {
    return this.context.clock;
  }

  handles(recorder: Recorder): { stack: StackHandle; image(service: string): ImageHandle } {
    return {
      stack: makeStackHandle(this.context, recorder),
      image: (service) => makeImageHandle(this.context, recorder, service),
    };
  }

  async states(): Promise<Map<string, string>> {
    const containers = await this.context.watch.look().catch((error: unknown) => {
      throw asFault(error, "looking at the services once more");
    });
    return describeStates(this.context.runModel, containers);
  }

  async logs(): Promise<ServiceLog[]> {
    const containers = await this.context.watch.look().catch(() => []);
    return readServiceLogs(this.context.docker, containers);
  }

  async endpoints(): Promise<{ service: string; target: number; url: string }[]> {
    return listEndpoints(this.context.facts.host, await this.context.watch.look());
  }

  async release(): Promise<void> {
    this.context.clock[Symbol.dispose]();
    this.context.watch.close();
    await Promise.all([
      this.#disk[Symbol.asyncDispose](),
      this.context.probes.close(),
      ...[...this.#variants].map((variant) => variant[Symbol.asyncDispose]()),
    ]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #build(): Promise<void> {
    const { docker, facts, runModel, probeImage } = this.context;
    if (servicesToBuild(runModel).length === 0) return;
    const opening = openBuildBounds(docker, facts, runModel, probeImage);
    opening.catch(() => undefined);
    const { file, tools } = await this.#prepare();
    await using bounds = await opening;
    await using disk = new BuildDisk(runModel, this.#localRoot(), bounds.cgroupParent);
    const signal = AbortSignal.any([this.#signal, disk.signal]);
    await buildImages({ runModel, folder: file.folder, tools, bounds, signal });
  }

  #prepare(): Promise<{ tools: ComposeTools; file: ComposeFile }> {
    const { environment, dockerHost } = this.#surroundings;
    this.#prepared ??= Promise.all([
      findComposeTools(environment, this.#options.runDirectory, dockerHost),
      writeComposeFile(this.context.runModel, this.#options.runDirectory),
    ]).then(([tools, file]) => ({ tools, file }));
    return this.#prepared;
  }

  async #raise(): Promise<void> {
    const { runModel, watch, active } = this.context;
    const [{ tools, file }] = await Promise.all([this.#prepare(), watch.open(), this.build()]);
    this.#signal.throwIfAborted();
    await this.#worsen();
    this.#disk.start();
    this.#launched = bringUp(runModel, file, tools, this.#only);
    this.#pending = await this.#launched;
    const waiting = new Set(active);
    await settle(
      { ...this.context, signal: this.#signal },
      [...active],
      (service, decision) => {
        waiting.delete(service);
        const ready = this.#ready.services.get(service);
        if (decision.settled) return ready?.resolve();
        ready?.reject(decision.error);
        this.#ready.all.reject(decision.error);
      },
      this.#pending,
    );
    // Compose starts the rest of a stack whose services are settled: nothing more is to be waited for but its end.
    this.#ready.all.resolve();
  }

  /** The images are there, and nothing runs yet. A variant is made from what was worsened already. */
  async #worsen(): Promise<void> {
    const { adversity } = this.#options;
    const { runModel } = this.context;
    if (adversity === undefined) return;
    if (adversity.occupiedPorts) this.#occupied = await occupyPorts(runModel);
    runModel.compose = await burden(this.context, adversity);
    await writeComposeFile(runModel, this.#options.runDirectory);
  }

  /** The engine's folder where it is on this machine. */
  #localRoot(): string | undefined {
    const { dockerHost, facts } = this.#surroundings;
    return dockerHost.startsWith("unix:") ? facts.rootDir : undefined;
  }

  /** From now on nothing that is observed says anything about the student. */
  #break(fault: LabError): void {
    this.#broken.abort(fault);
    this.#failAll(fault);
  }

  async confirm(): Promise<void> {
    // What happened before the engine answers was told before, by the stream of events.
    await this.context.docker.ping().catch((error: unknown) => {
      throw asFault(error, "asking the engine whether it is still there");
    });
    this.broken.throwIfAborted();
  }

  #failAll(error: Error): void {
    for (const ready of this.#ready.services.values()) ready.reject(error);
    this.#ready.all.reject(error);
  }

  async #settleAgain(services: string[], signal: AbortSignal, ended?: UpEnd): Promise<void> {
    let failure: CheckFailure | LabError | undefined;
    const settling = { ...this.context, signal: AbortSignal.any([signal, this.#signal]) };
    const tell = (_: string, decision: Decision) => {
      if (!decision.settled) failure ??= decision.error;
    };
    await settle(settling, services, tell, ended === undefined ? undefined : { ended: async () => ended });
    if (failure !== undefined) throw failure;
  }

  async #composeUp(args: string[], services: string[], signal: AbortSignal): Promise<void> {
    const { exitCode = 1, output } = await this.context.compose(args, { signal });
    await this.#settleAgain(services, signal, { exitCode, output });
    if (exitCode !== 0) throw explainUpFailure(output, exitCode);
  }

  async #compose(
    args: string[],
    options: { signal: AbortSignal; seconds?: number; fileless?: boolean },
  ): Promise<CommandResult> {
    const { tools, file } = await this.#prepare();
    // The first `up` may be about to end although all is settled: two Composes at work on one project collide.
    await this.context.watch.until(() => this.#upIsOver(), { signal: options.signal, seconds: 15 });
    return runCompose([...(options.fileless ? ["-p", this.context.runModel.project] : file.options), ...args], {
      tools,
      cwd: file.folder,
      signal: AbortSignal.any([options.signal, this.#signal]),
      timeout: (options.seconds ?? this.context.runModel.limits.settle + 15) * 1000,
    });
  }

  async #upIsOver(): Promise<true | undefined> {
    return this.#pending === undefined || (await this.#pending.ended()) !== undefined ? true : undefined;
  }

  async #openVariant(runModel: RunModel, only: string[] | undefined): Promise<VariantRun> {
    const { adversity: _, ...options } = this.#options;
    const variant = new Run(
      this.#surroundings,
      runModel,
      { ...options, signal: this.#signal },
      { of: this.context, only },
    );
    variant.broken.addEventListener("abort", () => this.#break(variant.broken.reason as LabError), { once: true });
    variant.#built = Promise.resolve(); // it runs the images of its original
    this.#variants.add(variant);
    variant.up();
    await variant.#raisedFar();
    return variant;
  }

  /** Waits until Compose was started. */
  async #raisedFar(): Promise<void> {
    await Promise.race([
      this.#raised,
      this.context.watch.until(() => this.#pending, { signal: this.#signal, seconds: 15 }),
    ]);
  }

  async #dispose(): Promise<void> {
    const { docker, runModel, watch, probes, clock } = this.context;
    if (this.#variantOf === undefined) clock[Symbol.dispose]();
    this.#closing.abort(new DOMException("the run is over", "AbortError"));
    watch.close();
    await Promise.all([this.#disk[Symbol.asyncDispose](), this.#occupied?.[Symbol.asyncDispose]()]);
    // Compose may be started in this very moment.
    const pending = await this.#launched?.catch(() => undefined);
    const interrupted = pending !== undefined && (await pending.ended())?.exitCode !== 0;
    if (interrupted) await pending.kill();
    const closing = [...this.#variants].map((variant) => variant[Symbol.asyncDispose]());
    const run = runModel.labels[LABELS.run] ?? runModel.runId;
    // A variant carries its original's run label, so it is told apart by its project, which its probes do not carry.
    const isVariant = this.#variantOf !== undefined;
    await Promise.all([...closing, isVariant ? probes.close() : probes.detach()]);
    const label = isVariant
      ? { key: COMPOSE_LABELS.project, value: runModel.project }
      : { key: LABELS.run, value: run };
    await removeLabelled(docker, label, interrupted).catch((error: unknown) => {
      throw asFault(error, "removing what the run made");
    });
    const prepared = await this.#prepared?.catch(() => undefined);
    if (prepared !== undefined)
      await rm(prepared.file.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}
