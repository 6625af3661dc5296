import { composeOperator, isSettings, type Path } from "../compose-text.ts";
import { listOf } from "../names.ts";
import type { ComposeSource } from "../operator.ts";

const testOperator = (id: string, title: string, meaning: string, test: unknown[]) =>
  composeOperator({
    id,
    title,
    meaning,
    *edits(compose) {
      for (const { at } of testsOf(compose)) yield { at, set: [[at, test]] };
    },
  });

export const healthOperators = [
  composeOperator({
    id: "health.drop",
    title: "leave a health check out",
    meaning: "A service of which nobody knows whether it is ready counts as one that is.",
    *edits(compose) {
      for (const { at } of testsOf(compose)) {
        const whole = at.slice(0, -1);
        yield { at: whole, set: [[whole, undefined]] };
      }
    },
  }),
  testOperator(
    "health.off",
    "switch a health check off",
    "A service of which nobody knows whether it is ready counts as one that is.",
    ["NONE"],
  ),
  testOperator(
    "health.always",
    "let a health check always be content",
    "A health check that says nothing counts as one.",
    ["CMD", "true"],
  ),
  testOperator(
    "health.never",
    "let a health check never be content",
    "A service that is never ready counts as ready.",
    ["CMD", "false"],
  ),
  composeOperator({
    id: "health.drop-word",
    title: "leave one word of a health check out",
    meaning: "What the health check looks at is not noticed.",
    *edits(compose) {
      for (const { at, test } of testsOf(compose)) {
        for (const index of test.keys()) yield { at: [...at, index], set: [[[...at, index], undefined]] };
      }
    },
  }),
];

function* testsOf({ services }: ComposeSource): Iterable<{ at: Path; test: unknown[] }> {
  for (const [name, { healthcheck }] of services) {
    if (!isSettings(healthcheck) || healthcheck["test"] === undefined) continue;
    yield { at: ["services", name, "healthcheck", "test"], test: listOf(healthcheck["test"]) };
  }
}
