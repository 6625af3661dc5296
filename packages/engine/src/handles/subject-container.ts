import type { SubjectAnswer } from "@compose-labs/lab/structure-tests";
import type Dockerode from "dockerode";
import { asFault, faultInOutput, statusCode } from "../faults.ts";
import { joinFrames } from "../stack/logs.ts";
import { waitForEnd } from "./bounded-run.ts";

export interface SubjectOptions {
  docker: Dockerode;
  /** Reference or id. */
  image: string;
  /** On every container and image that is made. */
  labels: Record<string, string>;
  hostConfig: Dockerode.HostConfig;
  /** In place of the image's. */
  user?: string | undefined;
  /** With a terminal, stdout and stderr are one. */
  tty?: boolean | undefined;
  /** `NAME=value`, over the variables of every command. */
  env?: string[] | undefined;
  /** Seconds that a command may take. */
  timeout: number;
  signal: AbortSignal;
}

export interface ContainerRun {
  image: string;
  command: string[];
  env: Record<string, string>;
}

export type Ended = Extract<SubjectAnswer, { exitCode: number }> & { timedOut: boolean };

/**
 * Makes a container of one command, with no entry point, starts it and waits for its end; then `then` may look at it
 * before it is removed. Answers `problem` when the engine could not start it.
 */
export async function runContainer<T>(
  options: SubjectOptions,
  run: ContainerRun,
  then: (ended: Ended, container: Dockerode.Container) => Promise<T>,
): Promise<T | { problem: string; ms: number }> {
  const from = performance.now();
  const ms = () => Math.round(performance.now() - from);
  const created = await create(options, run);
  if ("problem" in created) return { problem: created.problem, ms: ms() };
  const { container } = created;
  try {
    const problem = await problemOf(() => container.start(), run);
    if (problem !== undefined) return { problem, ms: ms() };
    const { exitCode, timedOut } = await waitForEnd(container, options.timeout, options.signal);
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    const ended = { exitCode, timedOut, ms: ms(), ...textOf(log, options.tty ?? false) };
    return await then(ended, container);
  } finally {
    await container.remove({ v: true, force: true }).catch(() => undefined); // the run's end removes it by label
  }
}

async function create(
  { docker, labels, hostConfig, user, tty = false, env = [] }: SubjectOptions,
  run: ContainerRun,
): Promise<{ container: Dockerode.Container } | { problem: string }> {
  let container: Dockerode.Container | undefined;
  const problem = await problemOf(async () => {
    container = await docker.createContainer({
      Image: run.image,
      Entrypoint: [],
      Cmd: run.command,
      Env: [...Object.entries(run.env).map(([name, value]) => `${name}=${value}`), ...env],
      ...(user === undefined ? {} : { User: user }),
      Tty: tty,
      Labels: labels,
      HostConfig: hostConfig,
    });
  }, run);
  return container === undefined ? { problem: problem ?? "" } : { container };
}

/** What the engine has against the command; what it has against going on at all is a fault and thrown. */
async function problemOf(work: () => Promise<unknown>, { command }: ContainerRun): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const known = faultInOutput(text);
    if (statusCode(error) === undefined || known !== undefined) throw asFault(error, `running ${command[0]}`);
    const said = text.replace(/^\(HTTP code \d+\) [a-z ]+ - /, "").trim();
    return `found that \`${command.join(" ")}\` cannot be started (${said}), expected a program of the image`;
  }
}

function textOf(log: Buffer, tty: boolean): { stdout: string; stderr: string } {
  if (tty) return { stdout: log.toString("utf8"), stderr: "" };
  return { stdout: joinFrames(log, 1).toString("utf8"), stderr: joinFrames(log, 2).toString("utf8") };
}
