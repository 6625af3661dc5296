import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const project = resolve(import.meta.dirname, "../../../..");

/** What a job may know of the machine that these tests run on: its programs and where its engine is. */
const KEPT = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "TMPDIR"];

export interface Machine {
  environment: Record<string, string | undefined>;
  /** Folders in which npm was run, in their order. */
  installedIn(): Promise<string[]>;
}

/**
 * A machine on which npm is a program that links the packages which are installed already: half a minute for each job,
 * and a registry, are spared. It takes nothing but the very command of the actions, and only for this lock file. The
 * packages of the workspace itself are those of the folder in which it is run, as with npm. `realNpm` leaves npm as it
 * is; what it asks for is in its cache, since these tests have been installed with it.
 */
export async function prepareMachine(folder: string, { realNpm = false } = {}): Promise<Machine> {
  const programs = join(folder, "programs");
  const log = join(folder, "npm.log");
  await mkdir(programs, { recursive: true });
  await writeFile(log, "");
  const kept = Object.fromEntries(KEPT.map((name) => [name, process.env[name]]));
  if (!realNpm) {
    await writeFile(join(programs, "npm"), LINKING_NPM);
    await chmod(join(programs, "npm"), 0o755);
  }
  return {
    environment: {
      ...kept,
      PATH: `${programs}:${kept["PATH"]}`,
      ...(realNpm ? { npm_config_prefer_offline: "true" } : { INSTALLED: project, NPM_LOG: log }),
    },
    installedIn: async () => (await readFile(log, "utf8")).split("\n").filter((line) => line !== ""),
  };
}

const LINKING_NPM = `#!/bin/bash
set -eu
if [ "$*" != "ci --ignore-scripts --no-audit --no-fund" ]; then echo "npm $* was not expected" >&2; exit 64; fi
cmp package-lock.json "$INSTALLED/package-lock.json"
mkdir node_modules
shopt -s extglob
ln -s "$INSTALLED"/node_modules/!(@compose-labs) node_modules/
cp -a "$INSTALLED"/node_modules/@compose-labs node_modules/
pwd >> "$NPM_LOG"
`;
