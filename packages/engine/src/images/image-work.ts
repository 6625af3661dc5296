import type Dockerode from "dockerode";
import type { Catalogue } from "./catalogue.ts";

/** What everything that gets images needs. */
export interface ImageWork {
  docker: Dockerode;
  catalogue: Catalogue;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Told what goes on, line by line. */
  log: (line: string) => void;
}
