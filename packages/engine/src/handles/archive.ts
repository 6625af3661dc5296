import { posix } from "node:path";
import { Readable } from "node:stream";
import { faultError, type ImageEntry } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { isNotFound } from "../faults.ts";

/** Bytes of one file that are read at most. */
const FILE_CAP = 4_194_304;
/** Bytes of a listing's archive that are gone through at most. */
const LIST_CAP = 2_147_483_648;

/** The tar of a path in a container, running or not; undefined when there is no such path. */
export async function openArchive(container: Dockerode.Container, path: string): Promise<Readable | undefined> {
  try {
    return (await container.getArchive({ path })) as unknown as Readable;
  } catch (error) {
    // Below a file there is nothing either, nor at links in a circle; the engine answers 500 to these.
    const nowhere = /: not a directory\b|too many (links|levels of symbolic links)/;
    if (isNotFound(error) || (error instanceof Error && nowhere.test(error.message))) return undefined;
    throw error;
  }
}

export async function* readEntries(archive: Readable, cap: number) {
  const { createTarDecoder } = await import("modern-tar");
  let size = 0;
  archive.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > cap)
      archive.destroy(
        faultError("ARCHIVE_TOO_LARGE", `a folder of more than ${cap / 1_048_576} MiB was to be listed`, {
          hint: "Let the check ask for a smaller folder.",
        }),
      );
  });
  const web = Readable.toWeb(archive) as unknown as ReadableStream<Uint8Array>;
  for await (const entry of web.pipeThrough(createTarDecoder())) yield entry;
}

/** Every path below a folder, absolute; empty when there is no such folder. */
export async function listArchive(
  container: Dockerode.Container,
  directory: string,
  cap = LIST_CAP,
): Promise<ImageEntry[]> {
  const archive = await openArchive(container, `${directory.replace(/\/$/, "")}/.`);
  if (archive === undefined) return [];
  const entries: ImageEntry[] = [];
  for await (const { header, body } of readEntries(archive, cap)) {
    await body.cancel();
    const path = posix.join(directory, header.name.replace(/^(\.\/)+/, "").replace(/^\/+/, ""));
    const type = nameType(header.type);
    const bare = path.replace(/\/$/, "");
    if (bare === "" || bare === directory.replace(/\/$/, "")) continue;
    entries.push({
      path: bare,
      type,
      size: type === "file" ? header.size : 0,
      mode: (header.mode ?? 0) & 0o7777,
      uid: header.uid ?? 0,
      gid: header.gid ?? 0,
    });
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function nameType(type: string | undefined): ImageEntry["type"] {
  if (type === undefined || type === "file") return "file";
  if (type === "directory") return "directory";
  // A hard link is the same file under another name.
  if (type === "symlink") return "link";
  return type === "link" ? "file" : "other";
}

/** The bytes of a file, links followed within the container; undefined when there is none. At most 4 MiB. */
export async function readArchive(
  container: Dockerode.Container,
  path: string,
  links = 8,
): Promise<Buffer | undefined> {
  const archive = await openArchive(container, path);
  if (archive === undefined) return undefined;
  for await (const { header, body } of readEntries(archive, FILE_CAP * 2)) {
    if (header.type === "symlink") {
      await body.cancel();
      archive.destroy();
      if (links === 0 || header.linkname === undefined) return undefined;
      return readArchive(container, posix.resolve(posix.dirname(path), header.linkname), links - 1);
    }
    if (header.type !== "file" && header.type !== undefined) {
      await body.cancel();
      archive.destroy();
      return undefined;
    }
    return Buffer.from(await new Response(body).arrayBuffer()).subarray(0, FILE_CAP);
  }
  return undefined;
}
