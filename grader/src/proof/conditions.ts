import type { Adversity } from "@compose-labs/engine";

/** What a machine may be like, and a verdict must not depend on. */
export interface Condition {
  name: string;
  adversity: Adversity;
  /** How many copies of the stack run at the same time. */
  copies: number;
}

export const CONDITIONS: Condition[] = [
  { name: "late-dependencies", adversity: { lateDependencies: 2 }, copies: 1 },
  { name: "other-subnets", adversity: { otherSubnets: true }, copies: 1 },
  { name: "occupied-ports", adversity: { occupiedPorts: true }, copies: 1 },
  { name: "slow-processor", adversity: { cpuShare: 0.5 }, copies: 1 },
  { name: "cold-cache", adversity: { coldCache: true }, copies: 1 },
  { name: "copies-beside", adversity: {}, copies: 3 },
];
