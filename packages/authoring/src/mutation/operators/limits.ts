import { composeOperator, isSettings, type Path } from "../compose-text.ts";
import { timesOf } from "../measures.ts";
import { listOf, namesOf } from "../names.ts";
import type { Settings } from "../operator.ts";

const COMPLETED = "service_completed_successfully";

/** An operator that sets one key of every service where it makes a difference. */
const settingOperator = (
  operator: { id: string; title: string; meaning: string },
  key: string,
  value: (settings: Settings) => unknown,
) =>
  composeOperator({
    ...operator,
    *edits({ services }) {
      for (const [name, settings] of services) {
        const changed = value(settings);
        const at = ["services", name, key];
        if (changed !== undefined && changed !== settings[key]) yield { at, set: [[at, changed]] };
      }
    },
  });

export const limitOperators = [
  settingOperator(
    {
      id: "user.root",
      title: "run as root",
      meaning: "A service that may do everything in its container counts as one that may not.",
    },
    "user",
    ({ user, build }) => (user === undefined && build === undefined ? undefined : "0:0"),
  ),
  settingOperator(
    {
      id: "privileged.add",
      title: "take all privileges",
      meaning: "A container that owns the machine counts as one that is kept apart.",
    },
    "privileged",
    () => true,
  ),
  composeOperator({
    id: "restart.always",
    title: "start again what is to end",
    meaning: "A job that is done again and again counts as one that is done once.",
    *edits({ services }) {
      const all = [...services.values()].flatMap((settings) => [...namesOf(settings["depends_on"])]);
      const ending = new Set(all.filter(([, own]) => own?.["condition"] === COMPLETED).map(([name]) => name));
      for (const [name, { restart, profiles }] of services) {
        const at = ["services", name, "restart"];
        if (restart === undefined && (ending.has(name) || profiles !== undefined)) yield { at, set: [[at, "always"]] };
      }
    },
  }),
  settingOperator(
    {
      id: "restart.no",
      title: "never start again what ends",
      meaning: "A service that stays down after a crash counts as one that comes back.",
    },
    "restart",
    (settings) => (settings["restart"] === undefined ? undefined : "no"),
  ),
  settingOperator(
    {
      id: "filesystem.writable",
      title: "make a read-only container writable",
      meaning: "A container that can be changed from inside counts as one that cannot.",
    },
    "read_only",
    (settings) => (settings["read_only"] === true ? false : undefined),
  ),
  settingOperator(
    {
      id: "init.off",
      title: "do without an init process",
      meaning: "Orphans that nobody reaps and signals that nobody hears are not noticed.",
    },
    "init",
    (settings) => (settings["init"] === true ? false : undefined),
  ),
  settingOperator(
    {
      id: "limit.low",
      title: "allow far too little memory",
      meaning: "A service that dies under its limit counts as one that runs.",
    },
    "mem_limit",
    (settings) => (settings["mem_limit"] === undefined ? undefined : "6m"),
  ),
  ...[
    {
      factor: 0.5,
      id: "limit.half",
      title: "allow half of a limit",
      meaning: "A service that gets less than it needs, or than the task says, counts as one with the right limit.",
    },
    {
      factor: 2,
      id: "limit.double",
      title: "allow twice as much as a limit does",
      meaning: "Any limit counts as the one that the task asks for.",
    },
  ].map(({ factor, ...operator }) =>
    composeOperator({
      ...operator,
      *edits({ services }) {
        for (const [name, settings] of services) {
          for (const { at, written } of boundsOf(["services", name], settings)) {
            const changed = timesOf(written, factor);
            if (changed !== undefined) yield { at, set: [[at, changed]] };
          }
        }
      },
    }),
  ),
  composeOperator({
    id: "replicas.one",
    title: "run a service once that is to run several times",
    meaning: "One container counts as several.",
    *edits({ services }) {
      for (const [name, { deploy, scale }] of services) {
        const at = ["services", name, ...(scale === undefined ? ["deploy", "replicas"] : ["scale"])];
        const count = scale ?? (isSettings(deploy) ? deploy["replicas"] : undefined);
        if (typeof count === "number" && count > 1) yield { at, set: [[at, 1]] };
      }
    },
  }),
  composeOperator({
    id: "capability.add",
    title: "give back what was dropped",
    meaning: "A container with every capability counts as one with few.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        for (const [index, capability] of listOf(settings["cap_drop"]).entries()) {
          const at = ["services", name, "cap_add"];
          yield { at, detail: `${index}`, set: [[at, [...listOf(settings["cap_add"]), capability]]] };
        }
      }
    },
  }),
];

/** Limits of memory and processors, in either way to write them. */
function* boundsOf(path: Path, settings: Settings): Iterable<{ at: Path; written: unknown }> {
  for (const key of ["mem_limit", "cpus"]) yield { at: [...path, key], written: settings[key] };
  const { deploy } = settings;
  const resources = isSettings(deploy) ? deploy["resources"] : undefined;
  const limits = isSettings(resources) ? resources["limits"] : undefined;
  if (!isSettings(limits)) return;
  for (const key of ["memory", "cpus"]) {
    yield { at: [...path, "deploy", "resources", "limits", key], written: limits[key] };
  }
}
