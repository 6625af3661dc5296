import { CheckFailure, type RunModel } from "@compose-labs/lab";

/** The engine's own interval of health checks in seconds: who leaves it alone does nothing wrong in any lab. */
const USUAL_INTERVAL = 30;

/**
 * Services that others wait for and whose own health check would not look once while a whole run lasts. The run model
 * looks early, so that nobody waits for it here; who starts the stack with the student's own file does.
 */
export function* lateLooks({ services, compose, limits }: RunModel, names: Iterable<string>) {
  const latest = Math.max(limits.wall, USUAL_INTERVAL);
  for (const name of names) {
    const first = services[name]?.health?.firstLook ?? 0;
    if (first <= latest) continue;
    const waits = Object.entries(compose.services).find(
      ([, { depends_on }]) => depends_on?.[name]?.condition === "service_healthy",
    );
    if (waits === undefined) continue;
    const error = new CheckFailure({
      code: "SERVICE_NEVER_HEALTHY",
      found: `the health check of \`${name}\` first looks ${first} s after the start, and \`${waits[0]}\` waits for it`,
      expected: `a first look soon after the start, within ${latest} s at the most`,
      at: `services.${name}.healthcheck.interval`,
      hint: "The engine waits one `interval` before its first look, or one `start_interval` where there is a `start_period`.",
      reproduce: `time docker compose up -d ${waits[0]}`,
    });
    yield { name, error };
  }
}
