import { faultError } from "@compose-labs/lab";

export interface HostCommandOptions {
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Told every line of stdout and stderr as it comes. */
  onLine?: ((line: string) => void) | undefined;
  cwd?: string;
  input?: string;
  /** Milliseconds; none if not given. */
  timeout?: number;
}

export interface HostCommandResult {
  /** undefined when it was killed or could not be started. */
  exitCode: number | undefined;
  stdout: string;
  /** stdout and stderr in order, the last 64 KiB. */
  output: string;
  notFound: boolean;
}

/** Runs a program of this machine to its end and gives whatever it answered; rejects only when `signal` aborts. */
export async function runOnHost(command: string[], options: HostCommandOptions): Promise<HostCommandResult> {
  const { execa } = await import("execa");
  const [file = "", ...parameters] = command;
  options.signal.throwIfAborted();
  const child = execa(file, parameters, {
    env: options.environment,
    extendEnv: false,
    reject: false,
    cancelSignal: options.signal,
    forceKillAfterDelay: 2_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    all: true,
    maxBuffer: 16_000_000,
  });
  const { onLine } = options;
  if (onLine !== undefined) {
    const lines = splitLines(onLine);
    child.all.on("data", (chunk: Buffer) => lines(chunk.toString("utf8")));
  }
  const result = await child;
  options.signal.throwIfAborted();
  return {
    exitCode: result.exitCode,
    stdout: result.stdout ?? "",
    output: (result.all ?? result.message ?? "").slice(-65_536),
    notFound: result.code === "ENOENT",
  };
}

/** As `runOnHost`, for a program that must succeed: throws the fault `code`, or `DISK_FULL`, with its last lines. */
export async function mustRunOnHost(
  command: string[],
  options: HostCommandOptions & { code: string; doing: string; hint: string },
): Promise<string> {
  const result = await runOnHost(command, options);
  if (result.exitCode === 0) return result.stdout;
  if (result.notFound) {
    throw faultError(options.code, `${options.doing} failed: found no ${command[0]} on this machine`, {
      hint: options.hint,
    });
  }
  const last = result.output.trim().split("\n").slice(-4).join("\n");
  if (/no space left on device/i.test(result.output)) {
    throw faultError("DISK_FULL", `${options.doing} failed: the disk is full\n${last}`, {
      hint: "Free about 3 GB on this machine's disk (`df -h`, `docker system df`), then run the command again.",
    });
  }
  throw faultError(options.code, `${options.doing} failed (exit code ${result.exitCode ?? "none"}): ${last}`, {
    hint: options.hint,
  });
}

/** Collects chunks and calls `onLine` for each whole line that is not empty. */
export function splitLines(onLine: (line: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line.trimEnd());
  };
}
