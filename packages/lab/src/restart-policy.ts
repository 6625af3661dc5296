import type { ServiceModel } from "./model.ts";

/** Names of conditions of `deploy.restart_policy`, and what Compose makes of them; the rest is passed on as it is. */
const CONDITIONS: Readonly<Record<string, string>> = { none: "no", any: "always", "": "no" };

/**
 * The restart policy that Compose asks of the engine, as `restart` would say it: `on-failure:3`. Where there is a
 * `deploy.restart_policy` it counts alone, an empty one too, whatever `restart` says; `delay` and `window` are of no
 * effect. Measured with Compose 2.26; https://docs.docker.com/reference/compose-file/deploy/#restart_policy
 */
export function restartPolicyOf({ restart, deploy }: Pick<ServiceModel, "restart" | "deploy">): string {
  const policy = deploy?.restart_policy;
  if (policy === undefined || policy === null) return restart ?? "no";
  const { condition = "", max_attempts: attempts = 0 } = policy as { condition?: string; max_attempts?: number };
  const name = CONDITIONS[condition] ?? condition;
  return attempts > 0 ? `${name}:${attempts}` : name;
}
