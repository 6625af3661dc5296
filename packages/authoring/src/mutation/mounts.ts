import { isSettings, type Path } from "./compose-text.ts";
import { listOf } from "./names.ts";
import type { ComposeSource } from "./operator.ts";

/** Short and long syntax, read as one and written back as it was. */
export interface Mount {
  at: Path;
  service: string;
  type: string;
  /** Undefined for an anonymous volume. */
  source: string | undefined;
  target: string;
  readOnly: boolean;
  written: unknown;
}

export function* mountsOf({ services }: ComposeSource): Iterable<Mount> {
  for (const [service, settings] of services) {
    for (const [index, written] of listOf(settings["volumes"]).entries()) {
      const mount = readMount(written);
      if (mount !== undefined) yield { at: ["services", service, "volumes", index], service, written, ...mount };
    }
  }
}

type MountParts = Pick<Mount, "type" | "source" | "target" | "readOnly">;

function readMount(written: unknown): MountParts | undefined {
  if (isSettings(written)) {
    const { type, source, target } = written;
    if (typeof target !== "string" || typeof type !== "string") return undefined;
    const name = typeof source === "string" ? source : undefined;
    return { type, source: name, target, readOnly: written["read_only"] === true };
  }
  if (typeof written !== "string") return undefined;
  const [first = "", second, mode = ""] = written.split(":");
  if (second === undefined) return { type: "volume", source: undefined, target: first, readOnly: false };
  const type = /^[./~]/.test(first) ? "bind" : "volume";
  return { type, source: first, target: second, readOnly: mode.split(",").includes("ro") };
}

/** The mount with parts of it changed, in the syntax that it was written in. */
export function writeMount(mount: Mount, change: Partial<MountParts>): unknown {
  const { type, source, target, readOnly } = { ...mount, ...change };
  if (isSettings(mount.written)) {
    const { source: _source, read_only: _mode, bind: _bind, volume: _volume, ...rest } = mount.written;
    const kept = change.type === undefined || change.type === mount.type ? mount.written : rest;
    const base = Object.fromEntries(Object.entries(kept).filter(([key]) => key !== "source" && key !== "read_only"));
    return {
      ...base,
      type,
      ...(source === undefined ? {} : { source }),
      target,
      ...(readOnly ? { read_only: true } : {}),
    };
  }
  if (type === "tmpfs") return { type, target };
  return [...(source === undefined ? [] : [source]), target, ...(readOnly && source !== undefined ? ["ro"] : [])].join(
    ":",
  );
}
