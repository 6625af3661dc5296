import type { ImageRunResult, RunModel } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { parseBytes } from "../bounds/parse-bytes.ts";
import { joinFrames } from "../stack/logs.ts";

/** The run's bounds for a container that is not part of the stack. */
export function boundsOf(runModel: RunModel): Dockerode.HostConfig {
  const { memory, pids, cpus } = runModel.limits;
  const bytes = parseBytes(memory);
  return {
    NetworkMode: "none",
    Memory: bytes,
    MemorySwap: bytes,
    PidsLimit: pids,
    NanoCpus: Math.round(cpus * 1e9),
    SecurityOpt: ["no-new-privileges"],
    CapDrop: ["NET_RAW", "MKNOD", "AUDIT_WRITE", "SETFCAP", "SYS_CHROOT"],
    LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
  };
}

/** Waits for a started container's end, kills it when the time is over, and reads what it wrote. Does not remove it. */
export async function awaitEnd(
  container: Dockerode.Container,
  timeout: number,
  signal: AbortSignal,
): Promise<ImageRunResult> {
  const end = await waitForEnd(container, timeout, signal);
  const log = await container.logs({ stdout: true, stderr: true, follow: false, tail: 5_000 });
  return { ...end, output: joinFrames(log).subarray(0, 65_536).toString("utf8") };
}

/** The same without what it wrote. */
export async function waitForEnd(
  container: Dockerode.Container,
  timeout: number,
  signal: AbortSignal,
): Promise<Omit<ImageRunResult, "output">> {
  const started = performance.now();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    container.kill().catch(() => undefined); // it ended a moment before
  }, timeout * 1000);
  const abort = () => void container.kill().catch(() => undefined);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    signal.throwIfAborted();
    return { exitCode: StatusCode, timedOut, ms: Math.round(performance.now() - started) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
