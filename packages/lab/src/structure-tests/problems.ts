import type { CommandTest, FileContentTest, FileExistenceTest, MetadataTest, Variable } from "./test-file.ts";

/** Why a test cannot be run as it is written; empty when it can. */
export function commandProblems(test: CommandTest): string[] {
  const problems: string[] = [];
  if (!test.name) problems.push("found no `name`, expected one");
  if (!test.command) problems.push("found no `command`, expected the program to run");
  for (const key of ["setup", "teardown"] as const) {
    if (test[key]?.some((command) => command.length === 0)) {
      problems.push(`found an empty command in \`${key}\`, expected a program and its arguments`);
    }
  }
  if (test.envVars?.some(({ key, value }) => !key || !value)) {
    problems.push("found an entry of `envVars` without key or value, expected both");
  }
  return problems;
}

/** Why a test cannot be made as it is written; empty when it can. */
export function fileProblems({ name, path }: FileExistenceTest | FileContentTest): string[] {
  return [
    ...(name ? [] : ["found no `name`, expected one"]),
    ...(path ? [] : ["found no `path`, expected the file's path in the image"]),
  ];
}

/** Nothing is asked: the original reports no test then. */
export function isEmptyMetadata({ entrypoint, cmd, ...rest }: MetadataTest): boolean {
  return entrypoint === undefined && cmd === undefined && Object.values(rest).every((value) => value.length === 0);
}

/** Why the test cannot be made as it is written; empty when it can. */
export function metadataProblems(test: MetadataTest): string[] {
  const keyless = (list: Variable[] | undefined) => list?.some(({ key }) => !key);
  return [
    ...(keyless(test.envVars) ? ["found an entry of `envVars` without a key, expected one"] : []),
    ...(keyless(test.labels) ? ["found an entry of `labels` without a key, expected one"] : []),
    ...(test.exposedPorts?.includes("") ? ["found an empty entry of `exposedPorts`, expected a port"] : []),
    ...(test.volumes?.includes("") ? ["found an empty entry of `volumes`, expected a path"] : []),
  ];
}
