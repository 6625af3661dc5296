import { composeOperator, isSettings, type Path } from "../compose-text.ts";
import { durationOf } from "../measures.ts";
import type { ComposeSource, Settings } from "../operator.ts";

/** What the engine takes where a health check says nothing, in milliseconds, and for `retries` a count. */
const DEFAULTS: Record<string, number> = { interval: 30_000, timeout: 30_000, retries: 3, start_period: 0 };

const measureOf = (key: string, written: unknown): number | undefined =>
  key === "retries" ? Number(written) : durationOf(written);

/** Sets one key of every health check in which it comes to something else. */
const paceOperator = (operator: { id: string; title: string; meaning: string }, key: string, value: string | number) =>
  composeOperator({
    ...operator,
    *edits(compose) {
      for (const { path, check } of checksOf(compose)) {
        const written = check[key];
        const now = written === undefined ? DEFAULTS[key] : measureOf(key, written);
        const at = [...path, key];
        if (now !== undefined && now !== measureOf(key, value)) yield { at, set: [[at, value]] };
      }
    },
  });

export const healthPaceOperators = [
  paceOperator(
    {
      id: "health.rare",
      title: "let a health check look once in an hour",
      meaning: "A health that is an hour old counts as one that follows the truth.",
    },
    "interval",
    "1h",
  ),
  paceOperator(
    {
      id: "health.patient",
      title: "call a service unhealthy only after a hundred failures",
      meaning: "A service that is broken for a long time and still called healthy is not noticed.",
    },
    "retries",
    100,
  ),
  paceOperator(
    {
      id: "health.hasty",
      title: "give a health check no time to answer",
      meaning: "A health check that always runs out of time counts as one that works.",
    },
    "timeout",
    "1ms",
  ),
  composeOperator({
    id: "health.default",
    title: "leave the pace of a health check to the engine",
    meaning: "How often a health check looks, how long it waits and what it forgives is not noticed.",
    *edits(compose) {
      for (const { path, check } of checksOf(compose)) {
        for (const [key, standard] of Object.entries(DEFAULTS)) {
          const now = check[key] === undefined ? undefined : measureOf(key, check[key]);
          const at = [...path, key];
          if (now !== undefined && now !== standard) yield { at, set: [[at, undefined]] };
        }
      }
    },
  }),
];

/** Health checks that are switched off have no pace. */
function* checksOf({ services }: ComposeSource): Iterable<{ path: Path; check: Settings }> {
  for (const [name, { healthcheck }] of services) {
    if (!isSettings(healthcheck) || healthcheck["disable"] === true) continue;
    const { test } = healthcheck;
    if (Array.isArray(test) && test[0] === "NONE") continue;
    yield { path: ["services", name, "healthcheck"], check: healthcheck };
  }
}
