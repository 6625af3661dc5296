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
