import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { faultError } from "@compose-labs/lab";
import { mustRunOnHost } from "../images/host-command.ts";
import { nameProcess, PID_FILES, removeStalePids } from "./daemon-pids.ts";
import { ping } from "./find-engine.ts";

export interface DaemonOptions {
  /** Path of the program, and further arguments of its own. */
  command: string[];
  /** `unix:///var/run/docker.sock` */
  host: string;
  /** Grows; only its end is shown. */
  logFile: string;
  pidFiles: string[];
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Milliseconds until it must answer. Default 60,000. */
  timeout?: number;
}

export const SYSTEM_DAEMON = {
  host: "unix:///var/run/docker.sock",
  logFile: "/var/log/dockerd.log",
  pidFiles: PID_FILES,
} as const;

/**
 * Starts the daemon detached from this process and waits until it answers; waits only, when one is starting already.
 * Throws the fault `ENGINE_START_FAILED` with the daemon's last lines.
 */
export async function startDaemon(options: DaemonOptions): Promise<void> {
  const { alive } = await removeStalePids(options.pidFiles, nameProcess);
  const daemon = alive ? undefined : await spawnDetached(options);
  const deadline = Date.now() + (options.timeout ?? 60_000);
  for (;;) {
    if ((await ping(options.host, options.environment)) === undefined) break;
    if (daemon?.ended !== undefined) throw await startFailed(daemon.ended, options.logFile);
    if (Date.now() > deadline) {
      daemon?.child.kill();
      throw await startFailed("it did not answer in time", options.logFile);
    }
    await sleep(100, undefined, { signal: options.signal });
  }
  daemon?.child.unref();
}

/** By systemd where it runs. Throws the fault `ENGINE_START_FAILED`. */
export async function startService(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  await mustRunOnHost(["systemctl", "start", "docker"], {
    environment,
    signal,
    code: "ENGINE_START_FAILED",
    doing: "starting the container engine (systemctl start docker)",
    hint: "Look at `journalctl -u docker -n 50`, mend what it names, then run the command again.",
  });
}

interface Daemon {
  child: ChildProcess;
  /** How it ended, once it has. */
  ended: string | undefined;
}

async function spawnDetached(options: DaemonOptions): Promise<Daemon> {
  const [file = "", ...parameters] = options.command;
  await mkdir(dirname(options.logFile), { recursive: true });
  const log = await open(options.logFile, "a");
  try {
    const child = spawn(file, parameters, {
      cwd: "/",
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: daemonEnvironment(options.environment),
    });
    const daemon: Daemon = { child, ended: undefined };
    child.once("error", (error) => {
      daemon.ended = error.message;
    });
    child.once("exit", (code, signal) => {
      daemon.ended = `it ended with ${signal ?? `exit code ${code}`}`;
    });
    return daemon;
  } finally {
    await log.close();
  }
}

/** The daemon outlives us and serves others: of our environment it gets the proxies only. */
export function daemonEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name));
  return {
    ...Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
  };
}

async function startFailed(how: string, logFile: string): Promise<Error> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  const last = text.trim().split("\n").slice(-5).join("\n");
  return faultError("ENGINE_START_FAILED", `the container engine could not be started: ${how}\n${last}`, {
    hint: `Read ${logFile}. Inside a container, dockerd needs a privileged one; elsewhere, start it as the system does.`,
  });
}
