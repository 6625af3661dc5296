import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, posix, relative, sep } from "node:path";

/** Lexically: is `path` the folder `root` or below it? Both absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, normalize(path));
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Where `path` really is: its real path, or that of its nearest existing ancestor with the rest appended. */
export async function realPath(path: string): Promise<{ path: string; exists: boolean }> {
  try {
    return { path: await realpath(path), exists: true };
  } catch {
    const parent = dirname(path);
    if (parent === path) return { path, exists: false };
    const above = await realPath(parent);
    return { path: join(above.path, path.slice(parent.length)), exists: false };
  }
}

/**
 * A path as a Compose file may write it for a file that is read before anything is checked (include, env_file):
 * relative, no variables, no home folder, no address; joined to `folder` (relative to the root, "" for the root itself)
 * and still inside. Undefined when it is anything else.
 */
export function plainRelative(folder: string, written: string): string | undefined {
  if (written === "" || /[$\\\0\n]|^~|^\/|^[A-Za-z]:|:\/\//.test(written)) return undefined;
  const joined = posix.normalize(posix.join(folder, written)).replace(/\/$/, "");
  if (joined === ".." || joined.startsWith("../")) return undefined;
  return joined;
}
