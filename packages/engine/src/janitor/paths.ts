import { isAbsolute, relative, sep } from "node:path";

/** Whether `path` is `directory` itself or below it; by name only, links are not followed. */
export function isInside(path: string, directory: string): boolean {
  const rest = relative(directory, path);
  return rest === "" || (rest !== ".." && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}
