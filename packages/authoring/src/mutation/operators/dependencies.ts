import { type ComposeEdit, composeOperator } from "../compose-text.ts";
import { namesOf, writeNames } from "../names.ts";
import type { ComposeSource, Settings } from "../operator.ts";

type Names = Map<string, Settings | null>;

function* dependencies(
  { services }: ComposeSource,
  change: (name: string, settings: Settings | null, names: Names) => { detail?: string; names: Names } | undefined,
): Iterable<ComposeEdit> {
  for (const [service, settings] of services) {
    const written = settings["depends_on"];
    const names = namesOf(written);
    for (const [name, own] of names) {
      const changed = change(name, own, names);
      if (changed === undefined) continue;
      const at = ["services", service, "depends_on"];
      yield { at: [...at, name], set: [[at, writeNames(changed.names, written)]] };
    }
  }
}

const conditionOperator = (id: string, to: string, title: string, meaning: string) =>
  composeOperator({
    id,
    title,
    meaning,
    edits: (compose) =>
      dependencies(compose, (name, own, names) => {
        const from = own?.["condition"];
        if (from === undefined || from === to) return undefined;
        return { names: new Map([...names, [name, { ...own, condition: to }]]) };
      }),
  });

export const dependencyOperators = [
  composeOperator({
    id: "dependency.drop",
    title: "leave a dependency out",
    meaning: "A service that starts too early and is lucky counts as one that waits.",
    edits: (compose) =>
      dependencies(compose, (name, _own, names) => ({
        names: new Map([...names].filter(([other]) => other !== name)),
      })),
  }),
  conditionOperator(
    "dependency.started",
    "service_started",
    "wait only until the other service was started",
    "A service that does not wait until the other one is ready counts as one that does.",
  ),
  conditionOperator(
    "dependency.healthy",
    "service_healthy",
    "wait for the health of a service that is to end",
    "A stack that waits for what never comes counts as one that starts.",
  ),
  conditionOperator(
    "dependency.completed",
    "service_completed_successfully",
    "wait for the end of a service that is to stay",
    "A stack that waits for what never comes counts as one that starts.",
  ),
  composeOperator({
    id: "dependency.optional",
    title: "start also when the other service did not",
    meaning: "A service that starts whatever became of the one it needs counts as one that waits.",
    edits: (compose) =>
      dependencies(compose, (name, own, names) => ({
        names: new Map([...names, [name, { condition: "service_started", ...own, required: false }]]),
      })),
  }),
  composeOperator({
    id: "dependency.no-restart",
    title: "do not start again when the other service is",
    meaning: "A service that keeps talking to what is gone counts as one that follows its neighbour.",
    edits: (compose) =>
      dependencies(compose, (name, own, names) =>
        own?.["restart"] === true ? { names: new Map([...names, [name, { ...own, restart: false }]]) } : undefined,
      ),
  }),
  composeOperator({
    id: "dependency.turn",
    title: "make a dependency point the other way",
    meaning: "The order of the start is not noticed.",
    *edits({ services }) {
      for (const [service, settings] of services) {
        const written = settings["depends_on"];
        const names = namesOf(written);
        for (const name of names.keys()) {
          const other = namesOf(services.get(name)?.["depends_on"]);
          const at = ["services", service, "depends_on"];
          const left = new Map([...names].filter(([key]) => key !== name));
          const turned = new Map([...other, [service, null]]);
          const plain = [...turned.values()].every((value) => value === null);
          const long = new Map([...turned].map(([key, value]) => [key, value ?? { condition: "service_started" }]));
          yield {
            at: [...at, name],
            set: [
              [at, writeNames(left, written)],
              [["services", name, "depends_on"], writeNames(plain ? turned : long, plain ? [] : {})],
            ],
          };
        }
      }
    },
  }),
];
