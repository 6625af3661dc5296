import { expect, test } from "vitest";
import { restartPolicyOf, type ServiceModel } from "../src/index.ts";

test.each<[string, Pick<ServiceModel, "restart" | "deploy">]>([
  ["no", {}],
  ["no", { deploy: { replicas: 2 } }],
  ["unless-stopped", { restart: "unless-stopped" }],
  ["always", { deploy: { restart_policy: { condition: "any" } } }],
  ["always", { deploy: { restart_policy: { condition: "any", max_attempts: 0 } } }],
  ["on-failure", { deploy: { restart_policy: { condition: "on-failure", delay: "5s", window: "1m0s" } } }],
  ["on-failure:3", { deploy: { restart_policy: { condition: "on-failure", max_attempts: 3 } } }],
  ["unless-stopped", { deploy: { restart_policy: { condition: "unless-stopped" } } }],
  ["always", { restart: "no", deploy: { restart_policy: { condition: "any" } } }],
  ["no", { restart: "always", deploy: { restart_policy: { condition: "none" } } }],
  ["no", { restart: "always", deploy: { restart_policy: {} } }],
])("is %s for %j", (policy, service) => {
  expect(restartPolicyOf(service)).toBe(policy);
});
