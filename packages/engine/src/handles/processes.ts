import { CheckFailure, type ProcessFacts } from "@compose-labs/lab";
import { PROBE_MARK } from "../probes/probe.ts";
import type { RunContext } from "../run-context.ts";
import { rawOf, splitEnvironment } from "../stack/container-facts.ts";
import { findRunning, runProbe, type Subject } from "./running.ts";

/** One line a process: pid, then status, command line and environment in base64. */
const READ = `for d in /proc/[0-9]*; do
  s=$(base64 -w 0 <$d/status 2>/dev/null) || continue
  echo "\${d#/proc/} $s $(base64 -w 0 <$d/cmdline 2>/dev/null). $(base64 -w 0 <$d/environ 2>/dev/null)."
done 2>/dev/null
true`;

/** All processes of the container, from the kernel, without those of the grader's probe. */
export async function readProcesses(run: RunContext, subject: Subject): Promise<ProcessFacts[]> {
  const answer = await runProbe(run, subject, "processes", READ, 10);
  return parseProcesses(answer.stdout.toString());
}

export function parseProcesses(output: string): ProcessFacts[] {
  const processes = output.split("\n").flatMap((line) => {
    const [pid = "", status = "", command = "", environment = ""] = line.split(" ");
    if (!/^\d+$/.test(pid) || status === "") return [];
    const fields = parseStatus(decode(status).join("\0"));
    return [
      {
        pid: Number(pid),
        parent: Number(fields.get("PPid") ?? 0),
        name: fields.get("Name") ?? "",
        state: fields.get("State")?.slice(0, 1) ?? "",
        // Real, effective, saved, file system.
        uid: Number(fields.get("Uid")?.split(/\s+/)[1] ?? -1),
        gid: Number(fields.get("Gid")?.split(/\s+/)[1] ?? -1),
        command: decode(command),
        env: splitEnvironment(decode(environment)),
      },
    ];
  });
  return processes.filter(({ env }) => env[PROBE_MARK] === undefined).sort((a, b) => a.pid - b.pid);
}

/** NUL-separated strings, as `/proc` writes them. */
function decode(text: string): string[] {
  const parts = Buffer.from(text.replace(/\.$/, ""), "base64").toString("utf8").split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

function parseStatus(text: string): Map<string, string> {
  return new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const at = line.indexOf(":");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );
}

/** PID 1, or its first child where an init runs as PID 1. */
export async function findMainProcess(run: RunContext, subject: Subject): Promise<ProcessFacts> {
  const [container, processes] = await Promise.all([findRunning(run, subject), readProcesses(run, subject)]);
  const first = processes.find(({ pid }) => pid === 1);
  const init =
    rawOf(container).HostConfig.Init === true ||
    ["docker-init", "tini", "dumb-init", "catatonit"].includes(first?.name ?? "");
  const main = init ? processes.find(({ parent, pid }) => parent === 1 && pid !== 1) : first;
  if (main !== undefined) return main;
  throw new CheckFailure({
    code: "SERVICE_NOT_RUNNING",
    found: `\`${subject.service}\` has no main process any more`,
    expected: `\`${subject.service}\` runs`,
    at: `services.${subject.service}`,
    reproduce: `docker compose top ${subject.service}`,
  });
}
