import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CheckFailure,
  type ComposeModel,
  LABELS,
  type Reach,
  type Recorder,
  type RunModel,
  type RunService,
  type ServiceModel,
  type TranscriptCall,
} from "@compose-labs/lab";
import { type Adversity, connectEngine, type Engine, type StackRun } from "../src/index.ts";

export const PROBE_IMAGE = "busybox:1.37";

/** What a test says of a service: the Compose keys, and facts that cannot be read off them. */
export type ServiceSketch = Partial<ServiceModel> & { facts?: Partial<RunService> };

/** A run model as the submission package would write it, for small stacks of busybox. */
export function sketchRun(
  services: Record<string, ServiceSketch>,
  options: {
    directory?: string;
    networks?: ComposeModel["networks"];
    volumes?: ComposeModel["volumes"];
    settle?: number;
    wall?: number;
    buildTimeout?: number;
    build?: Partial<RunModel["build"]>;
  } = {},
): RunModel {
  const runId = randomBytes(6).toString("hex");
  const labels = { [LABELS.run]: runId };
  const project = `cl-${runId}`;
  const label = <T extends object>(entries: Record<string, T | null> | undefined) =>
    Object.fromEntries(Object.entries(entries ?? {}).map(([key, entry]) => [key, { ...entry, labels }]));
  const compose: ComposeModel = {
    services: Object.fromEntries(
      Object.entries(services).map(([name, { facts: _, ...service }]) => [
        name,
        {
          image: service.build === undefined ? PROBE_IMAGE : `${project}-${name}:run`,
          pull_policy: "never",
          stop_grace_period: "1s",
          ...service,
          ...(service.build === undefined ? {} : { build: { ...service.build, network: "none", labels } }),
          labels,
        },
      ]),
    ),
    networks: label({ default: {}, ...options.networks }),
    volumes: label(options.volumes),
  };
  const facts = Object.entries(services).map(([name, service]): [string, RunService] => [
    name,
    {
      image: compose.services[name]?.image ?? PROBE_IMAGE,
      builds: service.build !== undefined,
      dockerfile: service.build === undefined ? undefined : (service.build.dockerfile ?? "Dockerfile"),
      active: service.profiles === undefined,
      ports: (service.ports ?? []).map(({ target }) => ({ target, protocol: "tcp", hostIp: "", published: "8080" })),
      health: service.healthcheck === undefined ? undefined : { firstLook: 1 },
      restart: service.restart ?? "no",
      replicas: service.scale ?? 1,
      ...service.facts,
    },
  ]);
  return {
    runId,
    project,
    directory: options.directory ?? tmpdir(),
    compose,
    services: Object.fromEntries(facts),
    labels,
    build: { clean: false, timeout: options.buildTimeout ?? 60, memory: "64m", disk: "200m", ...options.build },
    limits: { wall: options.wall ?? 60, settle: options.settle ?? 20, memory: "64m", cpus: 1, pids: 64, disk: "64m" },
  };
}

/** A server of busybox on `port`, answering every path of `files`. */
export function serve(port: number, text = "hello"): string[] {
  return ["sh", "-c", `mkdir -p /www && echo '${text}' >/www/index.html && exec httpd -f -p ${port} -h /www`];
}

/** A port as the run model has it: loopback, any free number. */
export const publish = (target: number) => ({ target, host_ip: "127.0.0.1", protocol: "tcp", mode: "ingress" });

/** Health that is asked for often, as in the run model. */
export const healthy = (test: string[]) => ({
  test,
  interval: "1s",
  timeout: "2s",
  retries: 2,
  start_period: "2s",
  start_interval: "100ms",
});

export interface TestRun extends AsyncDisposable {
  run: StackRun;
  engine: Engine;
  stack: ReturnType<StackRun["handles"]>["stack"];
  image: ReturnType<StackRun["handles"]>["image"];
  calls: TranscriptCall[];
  reaches: Reach[];
  directory: string;
}

/** Opens and starts a run; disposing of it removes the stack and the folder. */
export async function startRun(
  runModel: RunModel,
  options: { up?: boolean; signal?: AbortSignal; probeImage?: string; adversity?: Adversity } = {},
): Promise<TestRun> {
  const signal = options.signal ?? new AbortController().signal;
  const engine = await connectEngine({ signal, environment: process.env });
  const directory = await mkdtemp(join(tmpdir(), "engine-test-"));
  const run = engine.openRun(runModel, {
    signal,
    runDirectory: directory,
    probeImage: options.probeImage ?? PROBE_IMAGE,
    ...(options.adversity === undefined ? {} : { adversity: options.adversity }),
  });
  const calls: TranscriptCall[] = [];
  const reaches: Reach[] = [];
  const recorder: Recorder = {
    record: (call) => void calls.push(call),
    recordReach: (reach) => void reaches.push(reach),
    waiting: (phase) => phase,
    signal,
  };
  if (options.up !== false) run.up();
  return {
    run,
    engine,
    ...run.handles(recorder),
    calls,
    reaches,
    directory,
    async [Symbol.asyncDispose]() {
      await run[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What remains on the engine of a run: nothing, if all is well. */
export async function remains(engine: Engine, runModel: RunModel): Promise<string[]> {
  const filters = JSON.stringify({ label: [`${LABELS.run}=${runModel.runId}`] });
  const [containers, networks, volumes, images] = await Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listNetworks({ filters }),
    engine.docker.listVolumes({ filters }),
    engine.docker.listImages({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => Names.join()),
    ...networks.map(({ Name }) => Name),
    ...(volumes.Volumes ?? []).map(({ Name }) => Name),
    ...images.map(({ Id }) => Id),
  ];
}

/** The failure that a promise rejects with; throws when it resolves, or rejects with something else. */
export async function failureOf(promise: Promise<unknown>): Promise<CheckFailure["failure"]> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error && error.name === "CheckFailure") return (error as CheckFailure).failure;
  throw new Error(`expected a check failure, got ${String(error)}`, { cause: error });
}
