import type { Engine } from "@compose-labs/engine";

/**
 * Connects at the first call and answers the same connection ever after. testcontainers takes a third of a second
 * to load, so nothing imports it before a stack is really to run.
 */
export function lazyEngine(environment: NodeJS.ProcessEnv, signal: AbortSignal): () => Promise<Engine> {
  let connection: Promise<Engine> | undefined;
  return () => {
    connection ??= import("@compose-labs/engine").then(({ connectEngine }) => connectEngine({ environment, signal }));
    return connection;
  };
}

/**
 * The same, for commands that start stacks: once connected, what dead runs left is removed beside the command's own
 * work. Kept runs stay, and trouble with the past is no reason to fail now; `grader doctor` tells of it.
 */
export function sweepingEngine(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  leasesDirectory: string,
): () => Promise<Engine> {
  const connect = lazyEngine(environment, signal);
  let swept = false;
  return async () => {
    const engine = await connect();
    if (!swept) {
      swept = true;
      const { sweep } = await import("@compose-labs/engine");
      sweep({ docker: engine.docker, leasesDirectory, signal }).catch(() => undefined);
    }
    return engine;
  };
}
