/** Longest path in bytes: what file systems take for one name, so that a copy can lie a folder deeper. */
export const MAX_PATH = 255;

/** Why a path may not be in a submission; undefined where it is plain. */
export function whyNotPlain(path: string): string | undefined {
  const parts = path.split("/");
  if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(path)) return "a control character or one that hides text";
  if (path.includes("\\")) return "a backslash";
  if (parts.some((part) => part === "")) return "an empty name";
  if (parts.some((part) => part === "." || part === "..")) return "`.` or `..`";
  // Windows takes `git~1` for `.git`, and drops dots and blanks at the end of a name.
  if (parts.some((part) => /^(?:\.git|git~\d+)$/i.test(part.replace(/[. ]+$/, "")))) return "a folder of Git's own";
  if (parts.some((part) => /[. ]$/.test(part))) return "a name that ends with a dot or a blank";
  if (parts.some((part) => part.includes(":"))) return "a colon";
  return undefined;
}

/** Of paths that are one on a file system that ignores capitals, as those of Windows and macOS: two that collide. */
export function findCollision(paths: readonly string[]): [string, string] | undefined {
  const known = new Map<string, string>();
  const files = new Set<string>();
  for (const path of paths) {
    const parts = path.split("/");
    for (let length = 1; length <= parts.length; length++) {
      const part = parts.slice(0, length).join("/");
      const folded = fold(part);
      const before = known.get(folded);
      const isFile = length === parts.length;
      if (before !== undefined && (before !== part || isFile || files.has(folded))) return [before, path];
      known.set(folded, part);
      if (isFile) files.add(folded);
    }
  }
  return undefined;
}

export const fold = (name: string) => name.normalize("NFC").toLowerCase();
