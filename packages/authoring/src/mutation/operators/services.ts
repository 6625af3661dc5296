import { composeOperator, isSettings, type Path } from "../compose-text.ts";
import { listOf, namesOf, writeNames } from "../names.ts";
import type { ComposeSource, Settings } from "../operator.ts";

export const serviceOperators = [
  composeOperator({
    id: "service.drop",
    title: "leave a service out",
    meaning: "A whole service can be missing, and full marks are given for the rest.",
    *edits(compose) {
      for (const name of compose.services.keys()) {
        yield {
          at: ["services", name],
          set: [[["services", name], undefined], ...dependents(compose, name, undefined)],
        };
      }
    },
  }),
  composeOperator({
    id: "service.rename",
    title: "give a service another name",
    meaning: "The names that the task fixes are not needed: other services find this one by luck or by an alias.",
    *edits(compose) {
      for (const name of compose.services.keys()) {
        const other = `${name}-service`;
        const at = ["services", name];
        yield { at, rename: [at, other], set: [...dependents(compose, name, other)] };
      }
    },
  }),
  composeOperator({
    id: "image.latest",
    title: "ask for whatever version is the latest",
    meaning: "A stack that changes with every pull counts as one that is pinned.",
    *edits({ services }) {
      for (const [name, { image }] of services) {
        const repository = repositoryOf(image);
        if (repository === undefined) continue;
        const at = ["services", name, "image"];
        yield { at, detail: "latest", set: [[at, `${repository}:latest`]] };
        yield { at, detail: "no-tag", set: [[at, repository]] };
      }
    },
  }),
  composeOperator({
    id: "container-name.add",
    title: "give a container a name of its own",
    meaning: "A stack that can exist only once on a machine counts as one that can be copied and scaled.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        if (settings["container_name"] !== undefined) continue;
        const at = ["services", name, "container_name"];
        yield { at, set: [[at, name]] };
      }
    },
  }),
  composeOperator({
    id: "profile.add",
    title: "start a service only when it is asked for",
    meaning: "A service that `docker compose up` does not start counts as one that runs.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        if (settings["profiles"] !== undefined) continue;
        const at = ["services", name, "profiles"];
        yield { at, set: [[at, ["extra"]]] };
      }
    },
  }),
  composeOperator({
    id: "profile.drop",
    title: "start a service with all the others that was to be started on demand",
    meaning: "A tool that runs at every start counts as one that runs on demand.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        if (settings["profiles"] === undefined) continue;
        const at = ["services", name, "profiles"];
        yield { at, set: [[at, undefined]] };
      }
    },
  }),
];

/** What follows from a service's absence or new name: nobody depends on a name that is not there. */
function* dependents({ services }: ComposeSource, gone: string, other: string | undefined): Iterable<[Path, unknown]> {
  for (const [name, settings] of services) {
    const names = namesOf(settings["depends_on"]);
    if (!names.has(gone)) continue;
    const kept = [...names].flatMap(([key, value]): [string, Settings | null][] => {
      if (key !== gone) return [[key, value]];
      return other === undefined ? [] : [[other, value]];
    });
    yield [["services", name, "depends_on"], writeNames(new Map(kept), settings["depends_on"])];
  }
}

function repositoryOf(image: unknown): string | undefined {
  if (typeof image !== "string") return undefined;
  const [, repository] = /^([^@]+?)(?::[\w.-]+)?(?:@.*)?$/.exec(image) ?? [];
  return repository;
}

/** Keys of which single items are taken away by operators of their own; here the whole key goes. */
const NESTED = ["deploy", "build", "logging", "ulimits"];

export const keyOperators = [
  composeOperator({
    id: "key.drop",
    title: "leave a key of a service out",
    meaning: "What this key does is not noticed when it is missing.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        for (const at of keysBelow(["services", name], settings)) yield { at, set: [[at, undefined]] };
      }
    },
  }),
  composeOperator({
    id: "item.drop",
    title: "leave one item of a list out",
    meaning: "What this item does is not noticed when it is missing.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        for (const [key, value] of Object.entries(settings)) {
          if (["command", "entrypoint"].includes(key)) continue;
          for (const index of listOf(value).keys()) {
            const at = ["services", name, key, index];
            yield { at, set: [[at, undefined]] };
          }
        }
      }
    },
  }),
];

function* keysBelow(path: Path, settings: Settings): Iterable<Path> {
  for (const [key, value] of Object.entries(settings)) {
    yield [...path, key];
    const goesOn = path.length > 2 || NESTED.includes(key);
    if (goesOn && isSettings(value)) yield* keysBelow([...path, key], value);
  }
}
