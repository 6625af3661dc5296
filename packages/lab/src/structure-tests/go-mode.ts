import type { SubjectEntry } from "./subject.ts";

/**
 * Type and permissions as Go writes them, which is not as `ls` does: letters for every special property and then nine
 * places, `-rwxr-xr-x`, `drwxr-xr-x`, `dtrwxrwxrwx` for /tmp, `Lrwxrwxrwx` for a link, `urwxr-xr-x` for set-user-id.
 */
export function formatGoMode({ type, mode }: Pick<SubjectEntry, "type" | "mode">): string {
  const special = [
    type === "directory" ? "d" : "",
    type === "link" ? "L" : "",
    mode & 0o4000 ? "u" : "",
    mode & 0o2000 ? "g" : "",
    mode & 0o1000 ? "t" : "",
  ].join("");
  const bits = [...("rwxrwxrwx" as const)].map((letter, index) => (mode & (0o400 >> index) ? letter : "-"));
  return (special || "-") + bits.join("");
}
