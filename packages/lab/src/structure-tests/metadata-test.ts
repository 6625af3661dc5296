import { matchPattern } from "./pattern.ts";
import type { SubjectConfig } from "./subject.ts";
import type { MetadataTest, Variable } from "./test-file.ts";

/** What the image's configuration lacks of what the test expects; empty when nothing. */
export function judgeMetadata(test: MetadataTest, config: SubjectConfig): string[] {
  return [
    ...judgePairs("variable", test.envVars, config.env),
    ...(test.unboundEnvVars ?? []).flatMap(({ key = "" }) =>
      Object.hasOwn(config.env, key) ? [`found the variable ${key}, expected it not to be set`] : [],
    ),
    ...judgePairs("label", test.labels, config.labels),
    ...judgeWords("cmd", test.cmd, config.cmd),
    ...judgeWords("entrypoint", test.entrypoint, config.entrypoint),
    ...judgeText("workdir", test.workdir, config.workingDir),
    ...judgeText("user", test.user, config.user),
    ...judgeList("port", test.exposedPorts, test.unexposedPorts, (port) => hasPort(config.exposedPorts, port)),
    ...judgeList("volume", test.volumes, test.unmountedVolumes, (path) => config.volumes.includes(path)),
  ];
}

function judgePairs(what: string, pairs: Variable[] | undefined, actual: Record<string, string>): string[] {
  return (pairs ?? []).flatMap(({ key = "", value = "", isRegex = false }) => {
    const found = Object.hasOwn(actual, key) ? actual[key] : undefined;
    if (found === undefined) return [`found no ${what} ${key}, expected it to be set`];
    if (!isRegex) return found === value ? [] : [`found ${what} ${key} \`${found}\`, expected \`${value}\``];
    const answer = matchPattern(value, found);
    if ("broken" in answer) return [`found the broken expression /${value}/ (${answer.broken}), expected one of RE2`];
    return answer.matches ? [] : [`found ${what} ${key} \`${found}\`, expected a match of /${value}/`];
  });
}

function judgeWords(what: string, expected: string[] | undefined, actual: string[]): string[] {
  if (expected === undefined) return [];
  const same = expected.length === actual.length && expected.every((word, index) => word === actual[index]);
  return same ? [] : [`found ${what} ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
}

function judgeText(what: string, expected: string | undefined, actual: string): string[] {
  return !expected || expected === actual ? [] : [`found ${what} \`${actual}\`, expected \`${expected}\``];
}

function judgeList(
  what: string,
  present: string[] | undefined,
  absent: string[] | undefined,
  has: (entry: string) => boolean,
): string[] {
  return [
    ...(present ?? []).filter((entry) => !has(entry)).map((entry) => `found no ${what} ${entry}, expected it`),
    ...(absent ?? []).filter(has).map((entry) => `found the ${what} ${entry}, expected it not to be there`),
  ];
}

/** `53` is there with any protocol, `53/udp` with that one only. */
function hasPort(exposed: string[], port: string): boolean {
  const [number, protocol] = port.split("/");
  return exposed.some((entry) => {
    const [found, by] = entry.split("/");
    return found === number && (!protocol || protocol === by);
  });
}
