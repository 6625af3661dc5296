import { join, resolve } from "node:path";
import { leasesDirectory, userDirectory } from "@compose-labs/engine/before-start";

/** Where things are: decided once, at the edge, and passed down. */
export interface Project {
  /** The course's folder. */
  root: string;
  labs: string;
  catalogue: string;
  /** Where relative paths on the command line start. */
  workingDirectory: string;
  /** What the engine package keeps of runs, one folder per user. */
  leasesDirectory: string;
  /** Where `mutate` keeps what it knows, for the run after an interrupted one. */
  mutationDirectory: string;
}

export function locateProject(environment: NodeJS.ProcessEnv, workingDirectory: string): Project {
  const root = resolve(import.meta.dirname, "../..");
  // `npm run grader` starts in the root and keeps the user's own folder in INIT_CWD.
  const started = environment["npm_lifecycle_event"] === "grader" ? environment["INIT_CWD"] : undefined;
  return {
    root,
    labs: environment["COMPOSE_LABS_DIR"] ?? join(root, "labs"),
    catalogue: join(root, "labs", "images.yaml"),
    workingDirectory: started ?? workingDirectory,
    leasesDirectory: leasesDirectory(),
    mutationDirectory: join(userDirectory(), "mutation"),
  };
}
