import type { MountModel, ServiceModel } from "@compose-labs/lab";
import { pick } from "./escape.ts";
import { tmpfsBytes } from "./limits.ts";

/** The mounts of one container: binds read-only, or onto this run's own writable copy; tmpfs bounded. */
export function runMounts(
  service: ServiceModel,
  options: { memory: number; writable: ReadonlyMap<string, string> },
): MountModel[] {
  return (service.volumes ?? []).flatMap((mount): MountModel[] => {
    const { type, source, target } = mount;
    if (type === "bind") {
      // A folder that one service writes and another reads is one folder: both get the copy.
      const copy = options.writable.get(source ?? "");
      const bind = { create_host_path: false };
      const readOnly = copy === undefined || mount.read_only === true;
      return [{ type, source: copy ?? source ?? "", target, read_only: readOnly, bind }];
    }
    if (type === "tmpfs") {
      const own = (mount.tmpfs ?? {}) as { size?: unknown; mode?: unknown };
      const tmpfs = { size: tmpfsBytes(own.size, options.memory), ...pick(own, ["mode"]) };
      return [{ type, target, ...pick(mount, ["read_only"]), tmpfs }];
    }
    if (type !== "volume") return [];
    const volume = pick((mount.volume ?? {}) as object, ["nocopy"]);
    return [{ type, target, ...pick(mount, ["source", "read_only"]), volume }];
  });
}
