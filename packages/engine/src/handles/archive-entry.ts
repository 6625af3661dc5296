import { posix } from "node:path";
import type { SubjectEntry } from "@compose-labs/lab/structure-tests";
import type Dockerode from "dockerode";
import { openArchive, readEntries } from "./archive.ts";

/** Bytes of one file that are read at most. */
const FILE_CAP = 67_108_864;
/** A folder's archive holds all that is in it; only its first entry is looked at. */
const FIRST_CAP = Number.MAX_SAFE_INTEGER;

/** Undefined when there is no such path, or it is neither a file nor a folder nor a link; a last link is not followed. */
export async function statArchive(container: Dockerode.Container, path: string): Promise<SubjectEntry | undefined> {
  const archive = path === "" ? undefined : await openArchive(container, path);
  if (archive === undefined) return undefined;
  try {
    for await (const { header } of readEntries(archive, FIRST_CAP)) {
      const type = nameType(header.type);
      if (type === undefined || nameOf(header.name) !== nameOf(path)) return undefined;
      const { mode = 0, uid = 0, gid = 0, linkname } = header;
      return { type, mode: mode & 0o7777, uid, gid, link: type === "link" ? (linkname ?? "") : undefined };
    }
    return undefined;
  } finally {
    archive.destroy();
  }
}

/** A regular file's bytes; undefined when the path is none. Throws a `RangeError` above 64 MiB. */
export async function readWhole(container: Dockerode.Container, path: string): Promise<Buffer | undefined> {
  const archive = path === "" ? undefined : await openArchive(container, path);
  if (archive === undefined) return undefined;
  try {
    for await (const { header, body } of readEntries(archive, FIRST_CAP)) {
      if (nameType(header.type) !== "file") return undefined;
      if (header.size > FILE_CAP) {
        throw new RangeError(`found ${path} with ${header.size} bytes, expected a file of at most 64 MiB to read`);
      }
      return Buffer.from(await new Response(body).arrayBuffer());
    }
    return undefined;
  } finally {
    archive.destroy();
  }
}

function nameType(type: string | undefined): SubjectEntry["type"] | undefined {
  if (type === undefined || type === "file" || type === "link") return "file";
  if (type === "directory") return "directory";
  return type === "symlink" ? "link" : undefined;
}

/** The last part of a path, as the engine names an archive's first entry. */
function nameOf(path: string): string {
  return posix.basename(path.replace(/\/+$/, "")) || "/";
}
