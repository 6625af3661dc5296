import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** When something happened to a container of a service, in milliseconds since the epoch, by the engine. */
export interface EngineEvent {
  service: string;
  /** Of the grader that the container belongs to, from its label; undefined where it is somebody else's. */
  pid: number | undefined;
  at: number;
}

/** Follows one kind of event of a lab's services while the block runs. */
export async function followEvents(kind: "start" | "die"): Promise<{ seen: EngineEvent[] } & AsyncDisposable> {
  const seen: EngineEvent[] = [];
  const filters = ["--filter", `event=${kind}`, "--filter", "label=com.docker.compose.service"];
  const child = spawn("docker", ["events", ...filters, "--format", "{{json .}}"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) seen.push(readEvent(line));
  });
  await once(child, "spawn");
  // The engine says nothing when it has begun to follow; the events meant here come seconds later.
  await sleep(300);
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function readEvent(line: string): EngineEvent {
  const { timeNano, Actor }: { timeNano: number; Actor: { Attributes: Record<string, string> } } = JSON.parse(line);
  const { "com.docker.compose.service": service = "", "compose-labs.pid": pid } = Actor.Attributes;
  return { service, pid: pid === undefined ? undefined : Number(pid), at: timeNano / 1e6 };
}
