import { constants } from "node:fs";
import { lstat, open, opendir, readlink, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Report } from "../finding/finding.ts";
import { isInside } from "./inside.ts";

/** One file or link of a folder, read. */
export interface TreeEntry {
  /** Relative, forward slashes. */
  path: string;
  /** Bytes of a file; for a link its target, relative to the link. */
  content: Buffer | { link: string };
  /** Permission bits. */
  mode: number;
}

export interface WalkOptions {
  /** Absolute. */
  folder: string;
  takes: (path: string) => boolean;
  skips: (name: string) => boolean;
  maxFiles: number;
  maxBytes: number;
  report: Report;
}

/** Folders looked into at most; bounds a tree of empty folders. */
const MAX_FOLDERS = 20_000;

/**
 * Reads what `takes` accepts, links as links and never through them. What may not be there (links to the outside,
 * devices, too much of anything) is reported, and after the first excess nothing more is read.
 */
export async function walkTree(options: WalkOptions): Promise<TreeEntry[]> {
  const { folder, takes, skips, maxFiles, maxBytes, report } = options;
  const root = await realpath(folder);
  const entries: TreeEntry[] = [];
  const pending = [""];
  let bytes = 0;
  let folders = 0;
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    if (++folders > MAX_FOLDERS) {
      report("fs.count", { limit: maxFiles }, { file: at });
      return entries;
    }
    const names: string[] = [];
    for await (const entry of await opendir(join(root, at))) names.push(entry.name);
    for (const name of names.sort()) {
      if (skips(name)) continue;
      const path = at === "" ? name : `${at}/${name}`;
      const stat = await lstat(join(root, path));
      if (stat.isDirectory()) {
        pending.push(path);
        continue;
      }
      if (!takes(path)) continue;
      if (entries.length >= maxFiles) {
        report("fs.count", { limit: maxFiles }, { file: path });
        return entries;
      }
      const content = stat.isSymbolicLink()
        ? await readLink(root, path, report)
        : await readRegular(join(root, path), path, maxBytes - bytes, maxBytes, report);
      if (content === undefined) continue;
      if (content === "too-large") return entries;
      bytes += Buffer.isBuffer(content) ? content.length : 0;
      entries.push({ path, content, mode: stat.mode & 0o777 });
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function readLink(root: string, path: string, report: Report): Promise<{ link: string } | undefined> {
  const link = join(root, path);
  const target = await readlink(link);
  const lexical = resolve(dirname(link), target);
  // An absolute target cannot hold in the copy, even where it names the folder itself.
  const real = await realpath(link).catch(() => lexical);
  if (target.startsWith("/") || !isInside(root, lexical) || !isInside(root, real)) {
    report("fs.symlink-outside", { path, target }, { file: path });
    return undefined;
  }
  return { link: target };
}

async function readRegular(
  absolute: string,
  path: string,
  left: number,
  limit: number,
  report: Report,
): Promise<Buffer | "too-large" | undefined> {
  // Non-blocking and without following links: the entry may have become a pipe or a link since it was listed.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const stat = await lstat(absolute);
  if (!stat.isFile()) {
    const kind = stat.isFIFO() ? "pipe" : stat.isSocket() ? "socket" : "device";
    report("fs.special", { path, kind }, { file: path });
    return undefined;
  }
  if (stat.size > left) {
    report("fs.size", { path, limit }, { file: path });
    return "too-large";
  }
  try {
    await using handle = await open(absolute, flags);
    if (!(await handle.stat()).isFile()) return undefined;
    const buffer = Buffer.alloc(stat.size);
    const { bytesRead } = await handle.read(buffer, 0, stat.size, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    report("fs.unreadable", { path, reason: (error as NodeJS.ErrnoException).code ?? "error" }, { file: path });
    return undefined;
  }
}
