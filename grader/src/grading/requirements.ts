import type { EngineFacts } from "@compose-labs/engine";
import { faultError, type Lab } from "@compose-labs/lab";

/** Throws the fault `ENGINE_UNFIT` when the lab's `requires` asks for more than this engine has. */
export function requireEngine(lab: Lab, facts: Pick<EngineFacts, "compose" | "cgroup">): void {
  const { compose, cgroup } = lab.manifest.requires;
  if (compose !== undefined && isOlder(facts.compose, compose)) {
    throw faultError("ENGINE_UNFIT", `found Docker Compose ${facts.compose}, expected ${compose} or later`, {
      hint: `${lab.manifest.title} cannot be graded here. Upgrade Docker Compose; no points are lost.`,
    });
  }
  if (cgroup !== undefined && facts.cgroup !== cgroup) {
    throw faultError("ENGINE_UNFIT", `found cgroup v${facts.cgroup}, expected cgroup v${cgroup}`, {
      hint: `${lab.manifest.title} cannot be graded on this machine; no points are lost. \`grader doctor\` shows what it has.`,
    });
  }
}

/** Compares the numbers of two versions, as many as `least` names: 2.26.1-4 is not older than 2.26. */
function isOlder(found: string, least: string): boolean {
  const numbers = (version: string) => (version.match(/\d+/g) ?? []).map(Number);
  const have = numbers(found);
  for (const [index, wanted] of numbers(least).entries()) {
    const number = have[index] ?? 0;
    if (number !== wanted) return number < wanted;
  }
  return false;
}
