import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Adversity } from "@compose-labs/engine";
import type { Lab } from "@compose-labs/lab";
import { matchAny } from "@compose-labs/submission";

/** What a machine may be like, and a verdict must not depend on. */
export interface Condition {
  name: string;
  adversity: Adversity;
  /** How many copies of the stack run at the same time. */
  copies: number;
  /** A stack whose Compose files do not have this key is not affected. */
  key?: "depends_on" | "ports" | "build";
}

export const CONDITIONS: Condition[] = [
  { name: "late-dependencies", adversity: { lateDependencies: 2 }, copies: 1, key: "depends_on" },
  { name: "other-subnets", adversity: { otherSubnets: true }, copies: 1 },
  { name: "occupied-ports", adversity: { occupiedPorts: true }, copies: 1, key: "ports" },
  { name: "slow-processor", adversity: { cpuShare: 0.5 }, copies: 1 },
  { name: "cold-cache", adversity: { coldCache: true }, copies: 1, key: "build" },
  { name: "copies-beside", adversity: {}, copies: 3 },
];

/**
 * The conditions that may change a run of these folders, laid over each other and over the lab's own Compose file. A
 * key that only a comment or a label has counts too: that costs one grading, and misses none.
 */
export async function conditionsFor(lab: Lab, folders: readonly string[]): Promise<Condition[]> {
  const texts = await Promise.all([lab.starter, ...folders].map((folder) => composeText(lab, folder)));
  const text = texts.join("\n");
  return CONDITIONS.filter(({ key, adversity }) => {
    if (adversity.coldCache && lab.manifest.build.clean) return false; // its builds never find anything
    return key === undefined || new RegExp(`\\b${key}["']?\\s*:`).test(text);
  });
}

/** Every Compose file of a folder; of the starter, only one that the lab gives. */
async function composeText(lab: Lab, folder: string): Promise<string> {
  const { compose, given } = lab.manifest;
  if (folder === lab.starter && !matchAny(given)(compose)) return "";
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.ya?ml$/.test(name));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
}
