import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EnginePlan, planEngine } from "./engine-plan.ts";
import { findEngine } from "./find-engine.ts";
import { installEngine } from "./install-engine.ts";
import { readMachineFacts } from "./machine-facts.ts";
import { withLock } from "./setup-lock.ts";
import { SYSTEM_DAEMON, startDaemon, startService } from "./start-daemon.ts";

export interface EnsureEngineOptions {
  environment: NodeJS.ProcessEnv;
  /** False forbids installing and starting; NO_ENGINE_INSTALL in the environment does too. */
  install: boolean;
  /** Told what is about to be done to the machine, line by line. */
  log: (line: string) => void;
  signal: AbortSignal;
}

export interface EngineSetup {
  installed: boolean;
  started: boolean;
}

/**
 * Makes sure that a container engine answers. One that does is used as it is and nothing is installed. Otherwise, for
 * root on Debian and Ubuntu, the engine is started, and installed from the distribution's packages if need be. Throws
 * the faults `ENGINE_ABSENT` (with the commands for this system), `ENGINE_UNREACHABLE`, `ENGINE_FORBIDDEN`,
 * `ENGINE_INSTALL_FAILED` and `ENGINE_START_FAILED`.
 */
export async function ensureEngine(options: EnsureEngineOptions): Promise<EngineSetup> {
  const plan = await makePlan(options);
  if (plan.action === "use") return { installed: false, started: false };
  if (plan.action === "refuse") throw plan.fault;
  const lock = {
    file: join(tmpdir(), "compose-labs-engine.lock"),
    signal: options.signal,
    onWait: () => options.log("Another command is setting up the container engine; waiting for it ..."),
  };
  return withLock(lock, async () => carryOut(await makePlan(options), options));
}

async function makePlan({ environment, install }: EnsureEngineOptions): Promise<EnginePlan> {
  const answer = await findEngine(environment);
  const allowed = install && ["", "0", undefined].includes(environment.NO_ENGINE_INSTALL);
  return planEngine(answer, await readMachineFacts(environment), allowed);
}

async function carryOut(plan: EnginePlan, options: EnsureEngineOptions): Promise<EngineSetup> {
  const { environment, signal, log } = options;
  if (plan.action === "use") return { installed: false, started: false };
  if (plan.action === "refuse") throw plan.fault;
  if (plan.action === "install") {
    const from = plan.nextRelease ? "Debian 13's packages" : "the distribution's packages";
    log(`No container engine answers: installing ${plan.packages.join(", ")} from ${from} and starting Docker ...`);
    await installEngine({ packages: plan.packages, nextRelease: plan.nextRelease, environment, signal });
  } else {
    log(`No container engine answers: starting the one that is installed (${plan.dockerd}) ...`);
  }
  const { systemd, dockerd } = await readMachineFacts(environment);
  if (systemd) await startService(environment, signal);
  else await startDaemon({ ...SYSTEM_DAEMON, command: [dockerd ?? "dockerd"], environment, signal });
  return { installed: plan.action === "install", started: true };
}
