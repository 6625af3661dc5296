import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Mutant } from "@compose-labs/authoring/mutation";
import { type Lab, usageError } from "@compose-labs/lab";

const run = promisify(execFile);

/**
 * Those mutants whose verdict may have changed since a revision of Git: all where the manifest, the checks or the
 * starter did, otherwise those of files of the reference that did. Throws a usage error SINCE_UNKNOWN.
 */
export async function changedSince(lab: Lab, mutants: readonly Mutant[], revision: string): Promise<Mutant[]> {
  const options = { cwd: lab.directory };
  const [tracked, untracked] = await Promise.all([
    run("git", ["diff", "--name-only", "--relative", "--end-of-options", revision, "--", "."], options),
    run("git", ["ls-files", "--others", "--exclude-standard"], options),
  ]).catch((cause: Error & { stderr?: string }) => {
    const said = cause.stderr?.split("\n").find((line) => line !== "") ?? cause.message;
    throw usageError(
      "SINCE_UNKNOWN",
      `found that Git knows no revision "${revision}" (${said}), expected a commit or a branch`,
      {
        hint: "Name a commit or a branch of the repository that the lab is in, such as HEAD~1.",
        cause,
      },
    );
  });
  const changed = new Set(`${tracked.stdout}${untracked.stdout}`.split("\n").filter((path) => path !== ""));
  if ([...changed].some((path) => /^(lab\.yaml|checks\.ts)$|^starter\//.test(path))) return [...mutants];
  return mutants.filter(({ files }) => [...files.keys()].some((path) => changed.has(`reference/${path}`)));
}
