import type { Dockerfile } from "./dockerfile.ts";
import type { Failure } from "./failure.ts";
import type { Fresh } from "./fresh.ts";
import type { ComposeModel, ServiceModel } from "./model.ts";
import type { Place } from "./place.ts";
import type { StructureSubject } from "./structure-tests/subject.ts";

/**
 * What a check is given. Handles wait by themselves for what they need (`image` for the build, `stack` for
 * the start), so a check never waits for a phase it does not use; that waiting does not count against its timeout.
 *
 * Every method of a handle that is named after a condition (`settled`, `canReach`, `cannotResolve`)
 * throws a `CheckFailure` when the condition does not hold, and a fault when it could not be decided.
 */
export interface CheckContext {
  /** The canonical model of the submission, with the student's own ports, names and limits. */
  model: ComposeModel;
  /** One service of the model; fails the check with `SERVICE_MISSING` when there is none of that name. */
  service(name: string): ServiceModel;
  files: SubmissionFiles;
  /** The parsed Dockerfile that `service` builds from; fails the check with `BUILD_MISSING` when it builds none. */
  dockerfile(service: string): Dockerfile;
  image(service: string): ImageHandle;
  stack: StackHandle;
  fresh: Fresh;
  /** The place of a path in the model (`services.web.ports`), or of its nearest ancestor that is written down. */
  place(path: string): Place;
  /** Aborted when the check's time is over or the run ends. */
  signal: AbortSignal;
  /**
   * Calls `probe` until it returns a value other than undefined; fails the check with `failure` after `seconds`,
   * which pass more slowly while the machine is overloaded (at most four times).
   * A `CheckFailure` of the probe counts as "not yet", or only those with a code in `tolerate` if that is given.
   */
  eventually<T>(
    options: { seconds: number; every?: number; tolerate?: string[]; failure: (last: unknown) => Failure },
    probe: () => Promise<T | undefined>,
  ): Promise<T>;
}

/** The submission as it was copied: the student's files, with the lab's given files laid over them. */
export interface SubmissionFiles {
  /** Relative paths with forward slashes, sorted. */
  list(): string[];
  /** UTF-8 text, or undefined when there is no such file. At most 1 MiB. */
  read(path: string): Promise<string | undefined>;
  /** The file as the lab gave it (from `starter/`), for comparing; undefined when the lab gives none of that path. */
  given(path: string): Promise<Buffer | undefined>;
  /**
   * Writes UTF-8 text to a file of the run's copy, as an editor on the host would while the stack runs: a bind
   * mount shows it, an image does not. `path` is relative with forward slashes, its folder exists; readable by all.
   */
  write(path: string, text: string): Promise<void>;
}

// --- images ---------------------------------------------------------------------------------------------

/** The image of one service, built or listed. Inspect and archive only, unless `run` is called. */
export interface ImageHandle {
  /** Fails with `BUILD_FAILED` (last lines, Dockerfile line) when the image could not be built. */
  built(): Promise<void>;
  facts(): Promise<ImageFacts>;
  /** Newest first, as `docker history` has it. */
  history(): Promise<{ createdBy: string; size: number }[]>;
  /** Every path below `directory` in the final file system, absolute. Names only, no container is started. */
  list(directory: string): Promise<ImageEntry[]>;
  /** The file's bytes, or undefined when there is none. At most 4 MiB. */
  read(path: string): Promise<Buffer | undefined>;
  /** Runs the image alone, bounded like the stack and without a network, and removes it. `arguments` replace CMD. */
  run(options?: ImageRunOptions): Promise<ImageRunResult>;
  /**
   * Asks the image several things at once, as structure tests do; `what` is shown in the transcript. Commands run as
   * bounded as those of `run`; `timeout` is the seconds of each, 10 if it is not given.
   */
  examine<T>(
    what: string,
    ask: (subject: StructureSubject) => Promise<T>,
    options?: { user?: string | undefined; tty?: boolean | undefined; timeout?: number | undefined },
  ): Promise<T>;
}

export interface ImageFacts {
  id: string;
  /** Bytes, all layers. */
  size: number;
  /** Digests of the layers' contents, base first. */
  layers: string[];
  config: {
    user: string;
    env: Record<string, string>;
    entrypoint: string[];
    cmd: string[];
    /** `8080/tcp` */
    exposedPorts: string[];
    labels: Record<string, string>;
    workingDir: string;
    volumes: string[];
    stopSignal: string | undefined;
    healthcheck: string[] | undefined;
  };
}

export interface ImageEntry {
  path: string;
  type: "file" | "directory" | "link" | "other";
  /** Bytes. */
  size: number;
  /** Permission bits, set-uid included: 0o755. */
  mode: number;
  uid: number;
  gid: number;
}

export interface ImageRunOptions {
  arguments?: string[];
  env?: Record<string, string>;
  user?: string;
  /** Seconds until it is killed. Default 10. */
  timeout?: number;
}

export interface ImageRunResult {
  exitCode: number;
  /** stdout and stderr in order, at most 64 KiB. */
  output: string;
  timedOut: boolean;
  /** Milliseconds. */
  ms: number;
}

// --- the stack ------------------------------------------------------------------------------------------

export interface StackHandle {
  /**
   * Every service of the default profile is settled: healthy (or running and stable where it has no health
   * check), or exited 0 if it is a one-shot. Fails at once with the cause when one crashes, loops or turns
   * unhealthy: `SERVICE_CRASHED`, `SERVICE_UNHEALTHY`, `SERVICE_RESTART_LOOP`, `SERVICE_NEVER_HEALTHY`, `START_FAILED`, `BUILD_FAILED`.
   * Also fails where a health check that somebody waits for would first look after the lab's `limits.wall`, although
   * the run model looks earlier.
   */
  settled(): Promise<void>;
  service(name: string): ServiceHandle;
  /** Named volumes by their key in the model. */
  volume(key: string): VolumeHandle;
  /** `docker compose down`, then settled containers are gone; volumes stay unless asked for. Disturbs. */
  down(options?: { volumes?: boolean }): Promise<void>;
  /** `docker compose up` again and wait until settled; says which containers were made, replaced or left alone. Disturbs. */
  up(): Promise<UpReport>;
  /**
   * `docker compose run --rm` of a one-shot service, its profile included: exit code and output. Disturbs.
   */
  run(
    service: string,
    options?: { command?: string[]; env?: Record<string, string>; timeout?: number },
  ): Promise<ImageRunResult>;
  /**
   * A second copy of the stack beside this one, changed as told: started when this returns (not necessarily
   * settled), removed at the end of the block: `await using other = await stack.variant({ ... })`.
   */
  variant(change: StackVariant): Promise<StackHandle & AsyncDisposable>;
  /**
   * When a service's containers became what others wait for, from the engine's own timestamps (ms since the epoch).
   */
  timeline(): Promise<Map<string, ServiceTimeline>>;
}

export interface ServiceTimeline {
  /** First start of the first container. */
  startedAt: number;
  /** First successful health probe, when there is a health check and it succeeded. */
  healthyAt: number | undefined;
  /** End of a one-shot. */
  finishedAt: number | undefined;
  exitCode: number | undefined;
}

export interface StackVariant {
  /** Shown in the transcript: "database 1.5 s late". */
  title: string;
  /** Seconds by which a service's own process starts later than its container. Needs `sh` in the image. */
  delay?: Record<string, number>;
  /** Replaces what a service runs (entry point and command). */
  command?: Record<string, string[]>;
  /** Adds or replaces environment variables of a service. */
  environment?: Record<string, Record<string, string>>;
  /** Gives every network an explicit subnet unlike the engine's next free one. */
  otherSubnets?: boolean;
  /** Number of containers of a service. */
  scale?: Record<string, number>;
  /** Only these services and what they depend on are started. */
  only?: string[];
}

export interface UpReport {
  /** Services whose container was made for the first time, replaced by a new one, or left as it was. */
  created: string[];
  recreated: string[];
  unchanged: string[];
}

export interface VolumeHandle {
  exists(): Promise<boolean>;
  /** Absolute path inside the volume, such as `/data.txt`; read by the grader's own container. */
  list(): Promise<string[]>;
  read(path: string): Promise<Buffer | undefined>;
}

export interface ServiceHandle {
  readonly name: string;
  /** A handle on one replica, 1-based as Compose numbers them. Other methods use the lowest number. */
  replica(number: number): ServiceHandle;
  /** All containers of the service, running or not, by replica number. Empty when there is none. */
  containers(): Promise<ContainerFacts[]>;
  /** The first container; fails the check with `SERVICE_NOT_CREATED` when there is none. */
  inspect(): Promise<ContainerFacts>;

  // asking it, from the grader's own probe
  /**
   * One HTTP request. `from: "host"` (default) goes through the published port of the service on the grader's
   * machine; `"inside"` from the service's own network namespace to 127.0.0.1; another handle: from that
   * service's namespace to this service's address. Redirects are not followed; the body is read up to 64 KiB.
   * Fails with `PORT_NOT_PUBLISHED`, `NET_LOOPBACK_BIND`, `NOTHING_LISTENS`, `HTTP_TIMEOUT`, `HTTP_BROKEN` and says which.
   */
  http(request: HttpRequest): Promise<HttpAnswer>;
  /** A TCP connection to `target` (a service handle or host name; its address is tried when it is a service) succeeds within 2 s. */
  canReach(target: ServiceHandle | string, port: number): Promise<void>;
  /**
   * Neither the name nor the address of `target` accepts a connection on `port` from this service. The control
   * must be able to connect, or the check is a fault (control broken) or fails as the control's own failure.
   */
  cannotReach(target: ServiceHandle | string, port: number, control: { whereas: ServiceHandle }): Promise<void>;
  /** Resolves `name` with the engine's DNS from this service's namespace; fails with `NAME_UNKNOWN`. Addresses are returned. */
  resolves(name: string): Promise<string[]>;
  cannotResolve(name: string, control: { whereas: ServiceHandle }): Promise<void>;
  /** The kernel has no way from this service's namespace to addresses outside its networks, whereas the control has one. */
  hasNoWayOut(control: { whereas: ServiceHandle }): Promise<void>;
  /** Interfaces of the network namespace other than `lo`, from the grader's probe. */
  interfaces(): Promise<string[]>;

  // looking at it
  /** Runs commands one after the other inside the container, with its own binaries (never evidence by itself). */
  exec(command: string[], options?: ExecOptions): Promise<ExecResult>;
  /** Several shell scripts in one exec of `sh`; answers in order. Needs `sh` in the image. */
  execAll(scripts: string[], options?: ExecOptions): Promise<ExecResult[]>;
  /** Last lines of stdout and stderr, at most 64 KiB. */
  logs(options?: { tail?: number }): Promise<string>;
  /** From `/proc` by the grader's probe in the container's process namespace. */
  processes(): Promise<ProcessFacts[]>;
  /** PID 1 of the container, or its child where an init runs as PID 1. */
  mainProcess(): Promise<ProcessFacts>;
  /** Ports of the service: what the student declared, and what the engine really publishes. */
  ports(): Promise<PublishedPort[]>;
  mounts(): Promise<MountFacts[]>;
  networks(): Promise<NetworkFacts[]>;
  /** TCP ports that something listens on inside the namespace, with the address. */
  listeners(): Promise<{ address: string; port: number }[]>;
  /** The file in the container's file system (by archive), or undefined. At most 4 MiB. */
  read(path: string): Promise<Buffer | undefined>;
  /** Paths the container changed outside its mounts (`docker diff`). */
  changes(): Promise<{ kind: "modified" | "added" | "deleted"; path: string }[]>;

  // disturbing it; each waits until the service is settled again, or stopped where it was stopped
  /** Removes the container and its anonymous volumes, and makes a new one from the same model. */
  recreate(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<StopFacts>;
  start(): Promise<void>;
  /** Ends the main process from inside, so that the restart policy applies. Does not wait for settling. */
  crash(): Promise<void>;
  scale(replicas: number): Promise<void>;
  /** Waits until the service is settled (after `crash`); fails like `stack.settled`. */
  settled(): Promise<void>;
}

export interface HttpRequest {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Container port; needed only when the service has more than one. */
  port?: number;
  from?: "host" | "inside" | ServiceHandle;
  /** Seconds. Default 5. */
  timeout?: number;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** At most 64 KiB. */
  body: string;
  truncated: boolean;
  /** Milliseconds. */
  ms: number;
}

export interface ExecOptions {
  user?: string;
  env?: Record<string, string>;
  /** Seconds; the process is killed inside the container too. Default 10. */
  timeout?: number;
}

export interface ExecResult {
  exitCode: number;
  /** At most 64 KiB each. */
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface ContainerFacts {
  id: string;
  name: string;
  service: string;
  replica: number;
  image: string;
  state: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  exitCode: number;
  health: "none" | "starting" | "healthy" | "unhealthy";
  restartCount: number;
  oomKilled: boolean;
  startedAt: number;
  finishedAt: number | undefined;
  env: Record<string, string>;
  command: string[];
  user: string;
  /** The engine's whole inspect document. */
  raw: Record<string, unknown>;
}

export interface ProcessFacts {
  pid: number;
  parent: number;
  name: string;
  state: string;
  /** Effective ids. */
  uid: number;
  gid: number;
  command: string[];
  /** The environment the process has, not the one that was configured. */
  env: Record<string, string>;
}

export interface PublishedPort {
  /** Container port. */
  target: number;
  protocol: string;
  /** As the student wrote it; `0.0.0.0` when no address was given. */
  declared: { hostIp: string; published: string | undefined };
  /** What the grader's engine publishes in its place (always loopback), or undefined when nothing is (an internal network). */
  actual: { hostIp: string; port: number } | undefined;
}

export interface MountFacts {
  type: "bind" | "volume" | "tmpfs";
  target: string;
  readOnly: boolean;
  /** The volume's key in the model; undefined for binds, tmpfs and anonymous volumes. */
  volume: string | undefined;
  anonymous: boolean;
}

export interface NetworkFacts {
  /** The network's key in the model. */
  network: string;
  address: string;
  aliases: string[];
}

export interface StopFacts {
  exitCode: number;
  /** Milliseconds from the request to the end of the process. */
  ms: number;
}
