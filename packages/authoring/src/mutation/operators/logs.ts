import { composeOperator, isSettings } from "../compose-text.ts";
import { timesOf } from "../measures.ts";
import type { ComposeSource, Settings } from "../operator.ts";

function* logsOf({ services }: ComposeSource): Iterable<{ name: string; logging: Settings; options: Settings }> {
  for (const [name, { logging }] of services) {
    if (!isSettings(logging) || logging["driver"] === "none") continue;
    yield { name, logging, options: isSettings(logging["options"]) ? logging["options"] : {} };
  }
}

/** Multiplies one option of every log that has it. */
const boundOperator = (operator: { id: string; title: string; meaning: string }, option: string, factor: number) =>
  composeOperator({
    ...operator,
    *edits(compose) {
      for (const { name, options } of logsOf(compose)) {
        const at = ["services", name, "logging", "options", option];
        const changed = timesOf(options[option], factor);
        if (changed !== undefined) yield { at, set: [[at, String(changed)]] };
      }
    },
  });

export const logOperators = [
  composeOperator({
    id: "log.none",
    title: "keep no log",
    meaning: "A log that nobody can read counts as one that is kept.",
    *edits(compose) {
      for (const { name } of logsOf(compose)) {
        const at = ["services", name, "logging"];
        yield { at, set: [[at, { driver: "none" }]] };
      }
    },
  }),
  boundOperator(
    {
      id: "log.large",
      title: "let a log grow a thousand times as large",
      meaning: "Any size of a log counts as a bound.",
    },
    "max-size",
    1000,
  ),
  boundOperator(
    {
      id: "log.many",
      title: "keep a thousand times as many files of a log",
      meaning: "Any number of files counts as a bound of the log.",
    },
    "max-file",
    1000,
  ),
];
