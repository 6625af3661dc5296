import type { ComposeModel } from "./model.ts";

/**
 * What is really started: written by `@compose-labs/submission` from the vetted canonical model, run by
 * `@compose-labs/engine`. The student's meaning with the grader's bounds.
 */
export interface RunModel {
  /** 12 hex digits, new for each run. */
  runId: string;
  /** Compose project name, `cl-<runId>`. */
  project: string;
  /** Absolute path of the pristine copy; the project directory of every Compose call. */
  directory: string;
  /** The Compose file, to be written as JSON. Only this is ever started. */
  compose: ComposeModel;
  /** Facts per service that the Compose file does not carry any more. */
  services: Record<string, RunService>;
  /** On every container, network, volume and image of the run. */
  labels: Record<string, string>;
  /** Seconds; sizes as `1g`: what all steps may use together, and what a build may add to the engine's disk. */
  build: { clean: boolean; timeout: number; memory: string; disk: string };
  /** Seconds; per container, `disk` for its writable layer and for each volume. */
  limits: { wall: number; settle: number; memory: string; cpus: number; pids: number; disk: string };
}

export interface RunService {
  /** The image it runs: a catalogue reference, or `cl-<runId>-<service>:run` where it is built. */
  image: string;
  builds: boolean;
  /** The Dockerfile, relative to the copy, where it builds from one. */
  dockerfile: string | undefined;
  /** Started by a plain `up` (no profile). */
  active: boolean;
  /** As the student declared them, in the order of `ports` in the Compose file. */
  ports: { target: number; protocol: string; hostIp: string; published: string | undefined }[];
  /**
   * The health check as the student wrote it, whatever pace the run model gives it: `firstLook` is the time in seconds
   * from the start of a container to the first look. Undefined where there is none.
   */
  health: { firstLook: number } | undefined;
  /** The restart policy the student wrote, in `restart` or in `deploy`, whatever the run model has. */
  restart: string;
  /** Number of containers the student asked for. */
  replicas: number;
}

/** The label keys the grader sets; nothing else may set keys below `LABEL_PREFIX`. */
export const LABEL_PREFIX = "compose-labs.";
export const LABELS = {
  /** Id of the run that owns the resource. */
  run: "compose-labs.run",
  /** Process id of the grader that owns it. */
  pid: "compose-labs.pid",
  /** Start time of that process, as the operating system counts it, so that a reused id is not mistaken for it. */
  pidStart: "compose-labs.pid-start",
  /** Boot id and host name: on another machine or boot the owner is gone. */
  boot: "compose-labs.boot",
  /** Milliseconds since the epoch after which the run is over whoever owns it. */
  deadline: "compose-labs.deadline",
} as const;
