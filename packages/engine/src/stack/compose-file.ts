import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunModel } from "@compose-labs/lab";

/** Where a run's only Compose file lies, and how Compose is pointed at it and at nothing else. */
export interface ComposeFile {
  /** Absolute, the JSON document. */
  path: string;
  /** An empty folder to run from. */
  folder: string;
  /** Global options of every call that reads the model. */
  options: string[];
}

/**
 * Writes the model as JSON (Compose reads it as YAML) into a folder of its own. `--env-file` names an empty file: a
 * `.env` in the copy could set variables of Compose itself.
 */
export async function writeComposeFile(runModel: RunModel, runDirectory: string): Promise<ComposeFile> {
  const folder = join(runDirectory, runModel.project);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "compose.json");
  const empty = join(folder, "empty.env");
  await Promise.all([writeFile(path, JSON.stringify(runModel.compose), { mode: 0o600 }), writeFile(empty, "")]);
  return {
    path,
    folder,
    options: [
      "--ansi",
      "never",
      "-p",
      runModel.project,
      "--project-directory",
      runModel.directory,
      "-f",
      path,
      "--env-file",
      empty,
    ],
  };
}
