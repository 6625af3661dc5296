import { chmod, lstat, mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { faultError } from "@compose-labs/lab";

/** Where all is that the grader keeps for this user: `<tmp>/compose-labs-<uid>`. */
export function userDirectory(temporary: string = tmpdir()): string {
  return join(temporary, `compose-labs-${process.getuid?.() ?? userInfo().username}`);
}

/** Where this user's leases are, below `userDirectory`. */
export function leasesDirectory(temporary?: string): string {
  return join(userDirectory(temporary), "leases");
}

/**
 * Makes the folder and its parent for this user alone. A folder that somebody else made in a shared temporary
 * folder is not trusted: what a lease file says is acted on. Throws the fault LEASES_UNSAFE.
 */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(dirname(dirname(path)), { recursive: true });
  for (const step of [dirname(path), path]) {
    try {
      await mkdir(step, { mode: 0o700 });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    await checkPrivate(step);
    await chmod(step, 0o700);
  }
}

/** Resolves when nobody but this user can have written into the folder (on POSIX); throws LEASES_UNSAFE otherwise. */
export async function checkPrivate(path: string): Promise<void> {
  const found = await lstat(path);
  const uid = process.getuid?.();
  const state = !found.isDirectory()
    ? "is not a folder"
    : uid !== undefined && found.uid !== uid
      ? `belongs to user id ${found.uid}, not to ${uid}`
      : uid !== undefined && (found.mode & 0o022) !== 0
        ? `can be written by other users (mode ${(found.mode & 0o777).toString(8)}, expected 700)`
        : undefined;
  if (state === undefined) return;
  throw faultError("LEASES_UNSAFE", `${path} ${state}, so what it says about earlier runs cannot be trusted.`, {
    hint: `Look at what is in it, then remove it: rm -r ${path}`,
  });
}
