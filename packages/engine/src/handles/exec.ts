import { randomBytes } from "node:crypto";
import { CheckFailure, type ExecOptions, type ExecResult } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { joinFrames } from "../stack/logs.ts";
import { findRunning, runProbe, type Subject } from "./running.ts";

const CAP = 65_536;
const MARK = "COMPOSE_LABS_EXEC";

/**
 * Runs one command in the subject's container with its own binaries. When the time is over, the process and all it
 * started are killed inside the container: they are known by a variable that they inherited.
 */
export async function execIn(
  run: RunContext,
  subject: Subject,
  command: string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const container = await findRunning(run, subject);
  const token = randomBytes(8).toString("hex");
  const exec = await run.docker.getContainer(container.id).exec({
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
    Env: [...Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`), `${MARK}=${token}`],
    ...(options.user === undefined ? {} : { User: options.user }),
  });
  const stream = await exec.start({ hijack: true, stdin: false });
  const collected = await collect(stream, (options.timeout ?? 10) * 1000, run.signal);
  if (!collected.ended) {
    await killMarked(run, subject, token);
    stream.destroy();
  }
  const { ExitCode } = await exec.inspect();
  const bytes = Buffer.concat(collected.chunks);
  return {
    exitCode: ExitCode ?? 137,
    stdout: joinFrames(bytes, 1).subarray(0, CAP).toString("utf8"),
    stderr: joinFrames(bytes, 2).subarray(0, CAP).toString("utf8"),
    timedOut: !collected.ended,
  };
}

/** Frames until the end of the stream, the time or 4 times the cap. */
function collect(
  stream: NodeJS.ReadableStream,
  timeout: number,
  signal: AbortSignal,
): Promise<{ chunks: Buffer[]; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (ended: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve({ chunks, ended });
    };
    const abort = () => reject(signal.reason as Error);
    const timer = setTimeout(() => finish(false), timeout);
    signal.addEventListener("abort", abort, { once: true });
    stream.on("data", (chunk: Buffer) => {
      if (size < CAP * 4) chunks.push(chunk);
      size += chunk.length;
    });
    stream.on("end", () => finish(true));
    stream.on("close", () => finish(true));
    stream.on("error", reject);
  });
}

async function killMarked(run: RunContext, subject: Subject, token: string): Promise<void> {
  const script = `for d in /proc/[0-9]*; do
  if tr '\\0' '\\n' <$d/environ 2>/dev/null | grep -q '^${MARK}=${token}$'; then kill -9 \${d#/proc/} 2>/dev/null; fi
done
true`;
  await runProbe(run, subject, "processes", script, 5);
}

/** Runs each script by its own `sh -c`; a line with a token on both streams parts the answers. */
const EACH = `token=$1; shift
for script; do
  sh -c "$script" </dev/null
  code=$?
  printf '\\n%s %s\\n' "$token" "$code"
  printf '\\n%s\\n' "$token" >&2
done`;

/** Several scripts in one exec of the container's `sh`. Fails with `SHELL_MISSING` where the image has none. */
export async function execAllIn(
  run: RunContext,
  subject: Subject,
  scripts: string[],
  options: ExecOptions = {},
): Promise<ExecResult[]> {
  const token = `--${randomBytes(8).toString("hex")}`;
  const whole = await execIn(run, subject, ["sh", "-c", EACH, "sh", token, ...scripts], options);
  if (isShellMissing(whole)) {
    throw new CheckFailure({
      code: "SHELL_MISSING",
      found: `the image of \`${subject.service}\` has no \`sh\``,
      expected: "an image with a shell, which this check uses to look inside",
      at: `services.${subject.service}.image`,
      reproduce: `docker compose exec ${subject.service} sh -c true`,
    });
  }
  return splitAnswers(whole, token, scripts.length);
}

function isShellMissing({ exitCode, stdout, stderr }: ExecResult): boolean {
  return (exitCode === 126 || exitCode === 127) && /executable file not found|no such file/i.test(stdout + stderr);
}

export function splitAnswers(whole: ExecResult, token: string, count: number): ExecResult[] {
  const errors = whole.stderr.split(`\n${token}\n`);
  const outputs = whole.stdout.split(new RegExp(`\\n${token} (\\d+)\\n`));
  return Array.from({ length: count }, (_, at) => {
    const code = outputs[at * 2 + 1];
    return {
      exitCode: code === undefined ? 137 : Number(code),
      stdout: outputs[at * 2] ?? "",
      stderr: errors[at] ?? "",
      timedOut: code === undefined && whole.timedOut,
    };
  });
}
