import { Readable } from "node:stream";
import { type ParsedTarEntryWithData, packTar, unpackTar } from "modern-tar";

/** What the images are kept small by: nothing in a lab reads it. The same list goes into dpkg's own configuration. */
const EXCLUDED = ["man", "locale", "doc", "info", "lintian"].map((name) => `usr/share/${name}/`);

/**
 * Lays unpacked packages over each other into one archive of a root file system; owners, modes and links are kept.
 * `readPackage` gives the file system archive of one package, in the order in which they are named.
 */
export async function mergePackages(
  files: string[],
  readPackage: (file: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const entries: ParsedTarEntryWithData[] = [];
  const directories = new Set<string>();
  // Two at a time: unpacking is the engine room of the whole, and small machines have two cores.
  const unpacked = files.map((file) => ({ file, archive: undefined as Promise<Uint8Array> | undefined }));
  const prepare = (index: number) => {
    const item = unpacked[index];
    if (item !== undefined) item.archive ??= readPackage(item.file);
    return item?.archive ?? Promise.resolve(new Uint8Array());
  };
  for (const index of files.keys()) {
    const reading = prepare(index);
    prepare(index + 1).catch(() => undefined);
    for (const entry of await unpackTar(await reading)) {
      const name = entry.header.name.replace(/^\.\//, "");
      if (name === "" || EXCLUDED.some((prefix) => name.startsWith(prefix))) continue;
      if (entry.header.type === "directory") {
        if (directories.has(name)) continue;
        directories.add(name);
      }
      entries.push(entry);
    }
  }
  const exclude = EXCLUDED.map((prefix) => `path-exclude=/${prefix}*\n`).join("");
  for (const [name, text] of [
    ["etc/dpkg/dpkg.cfg.d/excludes", exclude],
    // Nothing of an image outlives a crash of the machine that builds it.
    ["etc/dpkg/dpkg.cfg.d/speed", "force-unsafe-io\n"],
  ] as const) {
    const data = new TextEncoder().encode(text);
    entries.push({ header: { name, type: "file", size: data.length, mode: 0o644 }, data });
  }
  return packTar(entries);
}

/** An archive in memory as a stream that the engine's API reads. */
export function asStream(archive: Uint8Array): Readable {
  return Readable.from([Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)], { objectMode: false });
}
