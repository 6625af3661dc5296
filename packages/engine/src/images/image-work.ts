import type Dockerode from "dockerode";
import type { Catalogue } from "./catalogue.ts";

/** What everything that gets images needs. */
export interface ImageWork {
  docker: Dockerode;
  catalogue: Catalogue;
  /** The user's own, with the engine's address in DOCKER_HOST where it is not the default one. */
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Told what goes on, line by line. */
  log: (line: string) => void;
}
