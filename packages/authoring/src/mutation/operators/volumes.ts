import { dirname } from "node:path/posix";
import { type ComposeEdit, composeOperator } from "../compose-text.ts";
import { type Mount, mountsOf, writeMount } from "../mounts.ts";
import type { ComposeSource } from "../operator.ts";

/** An operator that writes a mount in another way; undefined where there is nothing to change. */
const mountOperator = (
  operator: { id: string; title: string; meaning: string },
  change: (mount: Mount, compose: ComposeSource) => Parameters<typeof writeMount>[1] | undefined,
) =>
  composeOperator({
    ...operator,
    *edits(compose) {
      for (const mount of mountsOf(compose)) {
        const changed = change(mount, compose);
        if (changed !== undefined) yield { at: mount.at, set: [[mount.at, writeMount(mount, changed)]] };
      }
    },
  });

const isNamed = ({ type, source }: Mount): boolean => type === "volume" && source !== undefined;

export const volumeOperators = [
  composeOperator({
    id: "volume.drop",
    title: "take a mount away",
    meaning:
      "Data that goes with its container counts as data that is kept, or a file that is not there is not missed.",
    *edits(compose) {
      for (const { at } of mountsOf(compose)) yield { at, set: [[at, undefined]] };
    },
  }),
  mountOperator(
    {
      id: "volume.anonymous",
      title: "leave the name of a volume out",
      meaning: "A volume that no later container finds again counts as one that keeps its data.",
    },
    (mount) =>
      mount.type === "tmpfs" || mount.source === undefined
        ? undefined
        : { type: "volume", source: undefined, readOnly: false },
  ),
  mountOperator(
    {
      id: "volume.bind",
      title: "mount a folder in place of a named volume",
      meaning: "Data in a folder of the host counts as data in a volume of the project.",
    },
    (mount) => (isNamed(mount) ? { type: "bind", source: `./${mount.source}` } : undefined),
  ),
  composeOperator({
    id: "volume.named",
    title: "mount a volume in place of a folder",
    meaning: "A copy that was made once, or nothing at all, counts as the folder itself.",
    *edits(compose) {
      for (const mount of mountsOf(compose)) {
        if (mount.type !== "bind") continue;
        const source = `${mount.service}-files`;
        const changed = writeMount(mount, { type: "volume", source });
        yield {
          at: mount.at,
          set: [
            [mount.at, changed],
            [["volumes", source], null],
          ],
        };
      }
    },
  }),
  mountOperator(
    {
      id: "volume.memory",
      title: "keep in memory what was mounted",
      meaning: "Data that is lost with the container counts as data that is kept.",
    },
    (mount) => (mount.type === "tmpfs" ? undefined : { type: "tmpfs", source: undefined, readOnly: false }),
  ),
  mountOperator(
    {
      id: "volume.other-path",
      title: "mount at another path",
      meaning: "A mount that nobody reads or writes counts as one that is used.",
    },
    ({ target }) => ({ target: `${target}-other` }),
  ),
  mountOperator(
    {
      id: "volume.parent-path",
      title: "mount at the folder above",
      meaning: "A mount that hides what lies beside its data, or that another mount hides, counts as the right one.",
    },
    ({ target }) => (dirname(target) === "/" ? undefined : { target: dirname(target) }),
  ),
  mountOperator(
    {
      id: "volume.writable",
      title: "mount writable what was read-only",
      meaning: "A container that may change the files of the host counts as one that only reads them.",
    },
    ({ readOnly }) => (readOnly ? { readOnly: false } : undefined),
  ),
  mountOperator(
    {
      id: "volume.read-only",
      title: "mount read-only what is written",
      meaning: "A service that cannot keep its data counts as one that does.",
    },
    ({ type, source, readOnly }) =>
      !readOnly && type !== "tmpfs" && source !== undefined ? { readOnly: true } : undefined,
  ),
  composeOperator({
    id: "volume.share",
    title: "give two services one volume",
    meaning: "Services that overwrite each other's data count as services with data of their own.",
    edits: shares,
  }),
  composeOperator({
    id: "volume.external",
    title: "use a volume that somebody else made",
    meaning: "A stack that cannot start on another machine counts as one that can.",
    *edits({ volumes }) {
      for (const name of Object.keys(volumes)) {
        const at = ["volumes", name, "external"];
        yield { at, set: [[["volumes", name], { external: true }]] };
      }
    },
  }),
  composeOperator({
    id: "tmpfs.anonymous",
    title: "use a volume in place of memory",
    meaning: "Scratch files that stay on the disk count as files that are kept in memory only.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        const { tmpfs } = settings;
        const first: unknown = Array.isArray(tmpfs) ? tmpfs[0] : tmpfs;
        if (typeof first !== "string") continue;
        const target = first.split(":")[0] ?? first;
        const at = ["services", name, "tmpfs"];
        const others = Array.isArray(settings["volumes"]) ? settings["volumes"] : [];
        const put = (entry: string) =>
          [
            ["services", name, "volumes"],
            [...others, entry],
          ] as const;
        yield { at, set: [[at, undefined], put(target)] };
        const source = `${name}-scratch`;
        yield { at, detail: "named", set: [[at, undefined], put(`${source}:${target}`), [["volumes", source], null]] };
      }
    },
  }),
];

function* shares(compose: ComposeSource): Iterable<ComposeEdit> {
  const named = [...mountsOf(compose)].filter(isNamed);
  for (const mount of named) {
    const other = named.find(({ source }) => source !== mount.source);
    if (other?.source === undefined) continue;
    yield { at: mount.at, detail: other.source, set: [[mount.at, writeMount(mount, { source: other.source })]] };
  }
}
