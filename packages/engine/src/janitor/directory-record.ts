import { chmod, lstat, opendir, rm } from "node:fs/promises";
import { join } from "node:path";

/** A folder and which one it is, so that another folder that came to stand at its path is not taken for it. */
export interface DirectoryRecord {
  path: string;
  /** Device and inode number. */
  identity: string;
}

export async function recordDirectory(path: string): Promise<DirectoryRecord> {
  return { path, identity: await identify(path) };
}

/** Removes the folder if it is still the recorded one; says whether it was there. Rejects when something in it resists. */
export async function removeDirectory(record: DirectoryRecord): Promise<boolean> {
  const identity = await identify(record.path).catch(() => undefined);
  if (identity !== record.identity) return false;
  try {
    await rm(record.path, { recursive: true, force: true });
  } catch {
    // A copy may hold folders without write permission, from which nothing can be removed.
    await openFolders(record.path);
    await rm(record.path, { recursive: true, force: true });
  }
  return true;
}

async function identify(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true });
  return found.isDirectory() ? `${found.dev}:${found.ino}` : "";
}

async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o700);
  for await (const entry of await opendir(path)) if (entry.isDirectory()) await openFolders(join(path, entry.name));
}
