import { readFile } from "node:fs/promises";
import { faultError } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { rawOf } from "../stack/container-facts.ts";
import type { Observed } from "../stack/watch.ts";
import { findMainProcess } from "./processes.ts";
import { findRunning, type Subject } from "./running.ts";

/**
 * Ends the main process by SIGKILL in a way that the engine takes for a crash: `docker kill` marks the container as
 * stopped by hand, and no restart policy applies. A process under an init is killed from a probe in its own process
 * namespace. The kernel ignores a SIGKILL to PID 1 from within its namespace (measured), so PID 1 is killed from the
 * namespace above: directly, where the engine is on this machine and we may; else by a probe in the engine's own
 * process namespace, which has the grader's image, no network, no mounts and no capability but KILL, and kills exactly
 * the process id that the engine names.
 */
export async function crashService(run: RunContext, subject: Subject): Promise<void> {
  const container = await findRunning(run, subject);
  const main = await findMainProcess(run, subject);
  run.forgiven.set(container.id, container.restartCount + 1);
  if (main.pid !== 1) await killInside(run, container, main.pid);
  else if (!(await killDirectly(container))) await killFromEngine(run, subject, container);
  const gone = await run.watch.until(
    (all) => {
      const now = all.find(({ id }) => id === container.id);
      return now === undefined || now.state !== "running" || now.startedAt !== container.startedAt ? true : undefined;
    },
    { signal: run.signal, seconds: 5 },
  );
  if (gone === undefined) {
    throw faultError("CRASH_FAILED", `the main process of ${subject.service} was killed and lives on`, {
      hint: "Run again; if it stays, please report it with the output of `grader doctor`.",
    });
  }
}

/** The probe dies with the namespace, so often there is no answer; whether it worked is seen by the container. */
async function killInside(run: RunContext, container: Observed, pid: number): Promise<void> {
  const probe = await run.probes.get("processes", container);
  await probe.run(`kill -9 ${pid}`, 5).catch(() => undefined);
}

/** False when the process is not of this machine, or we may not. */
async function killDirectly(container: Observed): Promise<boolean> {
  const pid = rawOf(container).State.Pid;
  // The engine may live in a virtual machine, where the number means another process: ask the kernel whose it is.
  const groups = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  if (pid <= 1 || !groups.includes(container.id)) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

async function killFromEngine(run: RunContext, subject: Subject, container: Observed): Promise<void> {
  const probe = await run.probes.get("host-processes", container);
  const pid = rawOf(container).State.Pid;
  const script = `grep -q ${container.id} /proc/${pid}/cgroup || exit 3; kill -9 ${pid}`;
  const answer = await probe.run(script, 5);
  if (answer.exitCode === 0) return;
  throw faultError(
    "CRASH_FAILED",
    `the engine's own process namespace does not show the main process of ${subject.service}`,
    {
      hint: "This engine does not let a check crash PID 1; give the service `init: true` or use another engine.",
    },
  );
}
