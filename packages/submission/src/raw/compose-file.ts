import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Lab } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import { matchAny } from "../tree/globs.ts";

const MAIN = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const OVERRIDES = MAIN.map((name) => name.replace(".", ".override."));

/**
 * Is there exactly the Compose file that the lab runs? Compose itself would take one of several with a mere warning,
 * merge an override, or look in the folders above. True when it is there; what is wrong is reported.
 */
export async function findComposeFile(options: {
  lab: Lab;
  folder: string;
  files: readonly string[];
  report: Report;
}): Promise<boolean> {
  const { lab, folder, files, report } = options;
  const { compose, given, submission } = lab.manifest;
  const file = compose;
  const exists = files.includes(compose);
  // The lab's own Compose file is run whatever the student has beside it.
  if (exists && matchAny(given)(compose)) return true;
  const directory = posix.dirname(compose);
  const names = await readdir(join(folder, directory)).catch((): string[] => []);
  const inFolder = (name: string): string => posix.join(directory, name);
  const others = MAIN.map(inFolder).filter((path) => path !== compose && names.includes(posix.basename(path)));
  if (!exists) {
    report("schema.missing", { file, other: others[0] ?? "" }, { file });
    return false;
  }
  for (const other of others) report("schema.ambiguous", { file, other }, { file: other });
  for (const other of OVERRIDES.map(inFolder)) {
    // A lab whose subject overrides are names them one by one.
    if (names.includes(posix.basename(other)) && !submission.files.includes(other)) {
      report("schema.ambiguous", { file, other }, { file: other });
    }
  }
  return true;
}
