import type Dockerode from "dockerode";
import { rawOf } from "./container-facts.ts";
import { lastLines, readLogs } from "./logs.ts";
import type { Observed } from "./watch.ts";

/** Lines and bytes kept of each service. */
const MOST_LINES = 60;
const MOST_BYTES = 8 * 1024;
/** Milliseconds that reading may take; the verdict waits for it. */
const PATIENCE = 2_000;

/** What one service wrote last, stdout and stderr in order. */
export interface ServiceLog {
  service: string;
  /** At most 60 lines and 8 KiB; where there are several replicas, each line begins with its number. */
  text: string;
}

/** The last lines of each service that wrote any. What the engine does not give in time is left out; never rejects. */
export async function readServiceLogs(docker: Dockerode, containers: Observed[]): Promise<ServiceLog[]> {
  const abortSignal = AbortSignal.timeout(PATIENCE);
  const texts = await Promise.all(
    containers.map((container) =>
      readLogs(docker, { id: container.id, tty: rawOf(container).Config.Tty, abortSignal }, MOST_LINES).catch(() => ""),
    ),
  );
  const byService = new Map<string, { replica: number; text: string }[]>();
  for (const [index, { service, replica }] of containers.entries()) {
    byService.set(service, [...(byService.get(service) ?? []), { replica, text: texts[index] ?? "" }]);
  }
  return [...byService].flatMap(([service, logs]) => {
    const text = joinLogs(logs);
    return text === "" ? [] : [{ service, text }];
  });
}

/** The ends of the logs of one service's replicas, within the bounds of a service. */
export function joinLogs(logs: { replica: number; text: string }[]): string {
  const share = { lines: Math.ceil(MOST_LINES / logs.length), bytes: Math.floor(MOST_BYTES / logs.length) };
  return logs
    .map(({ replica, text }) => {
      const lines = lastLines(text, share.lines);
      if (lines === "") return "";
      return lastBytes(logs.length === 1 ? lines : lines.replace(/^/gm, `${replica} | `), share.bytes);
    })
    .filter((text) => text !== "")
    .join("\n");
}

/** Whole lines where one fits, and no half character. */
function lastBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  const tail = bytes.subarray(bytes.length - most + 1);
  const end = tail.indexOf("\n");
  if (end >= 0 && end < tail.length - 1) return tail.subarray(end + 1).toString();
  return tail.subarray(tail.findIndex((byte) => (byte & 0xc0) !== 0x80)).toString();
}
