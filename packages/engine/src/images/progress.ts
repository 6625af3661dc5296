import type Dockerode from "dockerode";

/** Reads an answer that the engine sends bit by bit to its end; rejects with the error that it may carry inside. */
export function finishProgress(docker: Dockerode, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, events: unknown) => {
      // The client takes an answer with an error in it for a success.
      const inside = Array.isArray(events) ? events.map(errorOf).find((text) => text !== undefined) : undefined;
      if (error) reject(error);
      else if (inside !== undefined) reject(new Error(inside));
      else resolve();
    });
  });
}

function errorOf(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || !("error" in event)) return undefined;
  return String(event.error);
}
