import type { Catalogue, Engine, ImageWork } from "@compose-labs/engine";

/** What the image commands work with: the user's own environment, pointed at the engine that answered. */
export function imageWork(
  engine: Engine,
  catalogue: Catalogue,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  log: (line: string) => void,
): ImageWork {
  const usual = engine.dockerHost === "unix:///var/run/docker.sock";
  return {
    docker: engine.docker,
    catalogue,
    environment: usual ? environment : { ...environment, DOCKER_HOST: engine.dockerHost },
    signal,
    log,
  };
}
