import type Dockerode from "dockerode";

/** Last lines of a container's stdout and stderr in order, at most 64 KiB. */
export async function readLogs(
  docker: Dockerode,
  container: { id: string; tty: boolean; abortSignal?: AbortSignal },
  tail: number,
): Promise<string> {
  const { id, tty, ...options } = container;
  const answer = await docker.getContainer(id).logs({ stdout: true, stderr: true, follow: false, tail, ...options });
  const text = tty ? answer.toString("utf8") : joinFrames(answer).toString("utf8");
  return text.slice(-65_536);
}

/**
 * The payload of Docker's multiplexed stream: each frame has 8 bytes before it, of which the first names the stream
 * and the last four are the length. `only` keeps one stream (1 stdout, 2 stderr).
 */
export function joinFrames(stream: Buffer, only?: 1 | 2): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= stream.length; ) {
    const length = stream.readUInt32BE(at + 4);
    if (only === undefined || stream[at] === only) parts.push(stream.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts);
}

/** The last `count` lines, without trailing blank ones. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
