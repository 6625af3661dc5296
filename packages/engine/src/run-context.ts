import type { CheckFailure, Failure, LabError, RunModel } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import type { CommandResult } from "./command.ts";
import type { DeadlineClock } from "./deadline-clock.ts";
import type { EngineFacts } from "./engine-facts.ts";
import type { ProbePool } from "./probes/probe-pool.ts";
import type { Observed, StackWatch } from "./stack/watch.ts";

/** What the handles of one run share. Made by `openRun`. */
export interface RunContext {
  docker: Dockerode;
  facts: EngineFacts;
  runModel: RunModel;
  clock: DeadlineClock;
  watch: StackWatch;
  probes: ProbePool;
  /** The image of the grader's own containers. */
  probeImage: string;
  /** Names of the services that a plain `up` starts. */
  active: readonly string[];
  /** Numbers of containers that differ from the model's, after `scale`. */
  replicas: Map<string, number>;
  /** Restarts that we caused ourselves, by container. */
  forgiven: Map<string, number>;
  /** Services that a check stopped. */
  stopped: Set<string>;
  /** Why the grader itself killed a container, by its id: it went over a bound. */
  killed: ReadonlyMap<string, Failure>;
  /** Aborted when the run ends. */
  signal: AbortSignal;
  /** Resolves when the images are built; rejects as `StackRun.build` does. */
  built(): Promise<void>;
  /** Resolves when the service settled after the first `up`, at once when it is not started by that; rejects with its failure. */
  ready(service: string): Promise<void>;
  /** As `ready` for every active service: rejects as soon as one fails. */
  allReady(): Promise<void>;
  /** Does something that stops or removes containers of the run, which then is known for the grader's own doing. */
  act<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until these services are settled again; throws the first failure. */
  settleAgain(services: string[], signal: AbortSignal): Promise<void>;
  /** Runs Compose on the run's own file: `["up", "-d", …]`. Seconds default to what settling may take. */
  compose(
    args: string[],
    options: { signal: AbortSignal; seconds?: number; fileless?: boolean },
  ): Promise<CommandResult>;
  /** Runs an `up` and waits until the services are settled; throws why they are not, a container's own end first. */
  composeUp(args: string[], services: string[], signal: AbortSignal): Promise<void>;
  /** Containers of one service, lowest replica first. */
  containersOf(service: string): Promise<Observed[]>;
  /** The failure of `up`, from Compose's output. */
  upFailure(result: CommandResult): CheckFailure | LabError;
  /** Opens a changed copy of this run; the caller disposes of it. */
  openVariant(runModel: RunModel, only: string[] | undefined): Promise<VariantRun>;
}

export interface VariantRun extends AsyncDisposable {
  context: RunContext;
}
