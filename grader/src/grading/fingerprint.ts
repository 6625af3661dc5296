import { createHash } from "node:crypto";
import type { Result } from "@compose-labs/lab";

/**
 * SHA-256 over everything in the environment that can change a verdict, in one order: two results with the same one
 * were graded by the same grader on equal machines. Undefined until the engine is known.
 */
export function fingerprintOf(environment: Result["environment"]): string | undefined {
  const { engine, compose, cgroup, arch, os, storageDriver, images, graderDigest, node } = environment;
  if (engine === undefined || images === undefined) return undefined;
  const parts = [
    ["engine", engine],
    ["compose", compose],
    ["cgroup", cgroup],
    ["arch", arch],
    ["os", os],
    ["storageDriver", storageDriver],
    ["images", images.map(({ name, digest }) => [name, digest]).sort()],
    ["graderDigest", graderDigest],
    ["node", node.split(".")[0]],
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
