import { type ComposeEdit, composeOperator } from "../compose-text.ts";
import { listOf, namesOf, writeNames } from "../names.ts";
import type { ComposeSource, Settings } from "../operator.ts";

type Names = Map<string, Settings | null>;

/** Edits of the networks that services join; services that say nothing are on `default`. */
function* memberships(
  compose: ComposeSource,
  changes: (names: Names, service: string) => Iterable<{ detail: string; names: Names }>,
): Iterable<ComposeEdit> {
  for (const [service, settings] of compose.services) {
    if (settings["network_mode"] !== undefined) continue;
    const { networks } = settings;
    const names: Names = networks === undefined ? new Map([["default", null]]) : namesOf(networks);
    for (const { detail, names: changed } of changes(names, service)) {
      const at = ["services", service, "networks"];
      yield { at, detail, set: [[at, writeNames(changed, networks)]] };
    }
  }
}

const keysOf = ({ networks }: ComposeSource): string[] => [...new Set([...Object.keys(networks), "default"])];

export const networkOperators = [
  composeOperator({
    id: "network.leave",
    title: "take a service off a network",
    meaning: "The service is not needed where the task puts it, or nobody asks it from there.",
    edits: (compose) =>
      memberships(compose, function* (names) {
        for (const gone of names.keys()) {
          if (gone === "default" && names.size === 1) continue;
          yield { detail: gone, names: new Map([...names].filter(([name]) => name !== gone)) };
        }
      }),
  }),
  composeOperator({
    id: "network.join",
    title: "put a service on one more network",
    meaning: "A wall with a hole in it counts as a wall.",
    edits: (compose) =>
      memberships(compose, function* (names) {
        for (const more of keysOf(compose)) {
          if (!names.has(more)) yield { detail: more, names: new Map([...names, [more, null]]) };
        }
      }),
  }),
  composeOperator({
    id: "network.move",
    title: "put a service on another network",
    meaning: "It is not noticed which of its neighbours a service can talk to.",
    edits: (compose) =>
      memberships(compose, function* (names) {
        for (const from of names.keys()) {
          for (const to of keysOf(compose)) {
            if (names.has(to)) continue;
            const moved = [...names].map(([name, settings]) => [name === from ? to : name, settings] as const);
            yield { detail: `${from}-to-${to}`, names: new Map(moved) };
          }
        }
      }),
  }),
  composeOperator({
    id: "network.host",
    title: "use the machine's own network",
    meaning: "A container without any network of its own counts as one that is kept apart.",
    *edits({ services }) {
      for (const service of services.keys()) {
        const at = ["services", service, "network_mode"];
        yield {
          at,
          set: [
            [["services", service, "networks"], undefined],
            [at, "host"],
          ],
        };
      }
    },
  }),
  composeOperator({
    id: "network.internal",
    title: "open an internal network, or close an open one",
    meaning: "Which network has a way out is not noticed.",
    *edits({ networks }) {
      for (const [name, settings] of Object.entries(networks)) {
        const at = ["networks", name, "internal"];
        const closed = (settings as Settings | null)?.["internal"] === true;
        yield { at, set: [[at, closed ? undefined : true]] };
      }
    },
  }),
  composeOperator({
    id: "network.none",
    title: "leave all networks out",
    meaning: "Everything on the default network counts as well as the walls that the task asks for.",
    *edits({ services, networks }) {
      if (Object.keys(networks).length === 0) return;
      const members = [...services.keys()].map((name) => [["services", name, "networks"], undefined] as const);
      yield { at: ["networks"], set: [...members, [["networks"], undefined]] };
    },
  }),
  composeOperator({
    id: "alias.drop",
    title: "leave an alias out",
    meaning: "A second name that the task asks for is not tried.",
    *edits({ services }) {
      for (const { at } of aliasesOf(services)) yield { at, set: [[at, undefined]] };
    },
  }),
  composeOperator({
    id: "alias.move",
    title: "write an alias at another service",
    meaning: "A name counts although it leads to the wrong service.",
    *edits({ services }) {
      for (const { at, service, network, alias } of aliasesOf(services)) {
        for (const [other, settings] of services) {
          const names = namesOf(settings["networks"]);
          const theirs = names.get(network);
          if (other === service || theirs === undefined) continue;
          const aliases = [...listOf(theirs?.["aliases"]), alias];
          const moved = writeNames(new Map([...names, [network, { ...theirs, aliases }]]), {});
          yield {
            at,
            detail: other,
            set: [
              [at, undefined],
              [["services", other, "networks"], moved],
            ],
          };
        }
      }
    },
  }),
];

function* aliasesOf(services: ComposeSource["services"]) {
  for (const [service, settings] of services) {
    for (const [network, own] of namesOf(settings["networks"])) {
      for (const [index, alias] of listOf(own?.["aliases"]).entries()) {
        yield { at: ["services", service, "networks", network, "aliases", index], service, network, alias };
      }
    }
  }
}
