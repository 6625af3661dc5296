import { posix, relative } from "node:path";
import type { MountModel, Place } from "@compose-labs/lab";
import type { ItemPlace } from "../places.ts";
import { likely } from "../text/likely.ts";
import { isInside, realPath } from "../tree/inside.ts";
import { getNode, textOf } from "../yaml/node.ts";
import type { PolicyContext } from "./context.ts";

interface At {
  service: string;
  mount: MountModel;
}

interface Bind {
  service: string;
  mount: MountModel;
  /** Real path on the host. */
  real: string;
}

/** Where a mount is written: the item that names its place in the container. */
function itemOfMount({ service, mount }: At, context: PolicyContext): ItemPlace {
  const isTarget = (text = ""): boolean => posix.normalize(`${text}/`) === posix.normalize(`${mount.target}/`);
  return context.places.item(["services", service, "volumes"], (item) => {
    const short = textOf(item);
    if (short === undefined) return isTarget(textOf(getNode(item, "target")));
    return isTarget(short) || short.split(":").slice(1).some(isTarget);
  });
}

function placeOfMount(at: At, context: PolicyContext): Place {
  const { node, ...place } = itemOfMount(at, context);
  return place;
}

/** Bind mounts stay inside the copy, and none lies below another that a container can write. */
export async function checkMounts(context: PolicyContext): Promise<void> {
  const binds: Bind[] = [];
  for (const [service, { volumes }] of Object.entries(context.model.services)) {
    for (const mount of volumes ?? []) {
      const place = placeOfMount({ service, mount }, context);
      if (!mount.target.startsWith("/")) {
        context.report("mount.target", { service, target: mount.target }, place);
      } else if (mount.type === "bind") {
        const bind = await checkBind({ service, mount }, context);
        if (bind !== undefined) binds.push(bind);
      } else if (mount.type !== "volume" && mount.type !== "tmpfs") {
        context.report("mount.type", { service, type: String(mount.type) }, place);
      }
    }
  }
  checkNesting(binds, context);
}

async function checkBind(at: At, context: PolicyContext): Promise<Bind | undefined> {
  const { root, report, lifted } = context;
  const { service, mount } = at;
  const source = mount.source ?? "";
  const place = placeOfMount(at, context);
  const written = isInside(root, source) ? `./${relative(root, source)}` : source;
  const real = await realPath(source);
  if (!source.startsWith("/") || source.includes("$") || !isInside(root, source) || !isInside(root, real.path)) {
    // A path that starts inside and leaves by `..` or by a link is told apart from one that names the host.
    const code = wasRelative(at, context) ? "mount.outside" : "mount.host";
    report(code, { service, source: written }, place);
    return undefined;
  }
  const writable = mount.read_only !== true && lifted.has("mount.writable");
  if (!real.exists && !writable) {
    const near = likely(relative(root, source), allPaths(context.files));
    report("mount.missing", { service, source: written, likely: near === undefined ? "" : `./${near}` }, place);
    return undefined;
  }
  if (mount.read_only !== true && !writable) report("mount.writable", { source: written }, place);
  return { ...at, real: real.path };
}

/** Files and the folders they lie in. */
export function allPaths(files: readonly string[]): Set<string> {
  const paths = new Set(files);
  for (const file of files) {
    const parts = file.split("/");
    for (let length = 1; length < parts.length; length++) paths.add(parts.slice(0, length).join("/"));
  }
  return paths;
}

/** Did the student write a relative path? In the model all are absolute. */
function wasRelative(at: At, context: PolicyContext): boolean {
  if (isInside(context.root, at.mount.source ?? "")) return true;
  const { node } = itemOfMount(at, context);
  const written = textOf(node) ?? textOf(getNode(node, "source")) ?? "";
  return /^[^/~$\\]/.test(written) && !/^[A-Za-z]:/.test(written);
}

function checkNesting(binds: readonly Bind[], context: PolicyContext): void {
  for (const inner of binds) {
    const outer = binds.find(
      ({ mount, real }) => mount.read_only !== true && real !== inner.real && isInside(real, inner.real),
    );
    if (outer === undefined) continue;
    const name = (path: string): string => `./${relative(context.root, path)}`;
    const args = { service: inner.service, source: name(inner.real), outer: name(outer.real), other: outer.service };
    context.report("mount.nested-writable", args, placeOfMount(inner, context));
  }
}
