import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "./manifest.ts";

/** With the installed packages, where only their owner writes; as the compile cache of Node. */
const KEPT = join(import.meta.dirname, "../../../node_modules/.cache/compose-labs/manifests");
/** What decides how a text is read. */
const READERS = ["manifest.ts", "yaml-document.ts"].map((name) => join(import.meta.dirname, name));

/**
 * The manifest that this text was read to before, by this very reader; undefined the first time. Reading YAML costs
 * 30 ms, most of it for loading the library; a digest and a JSON file cost less than one.
 */
export async function keptManifest(text: string, folder = KEPT): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(await fileOf(text, folder), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}

/** Keeps it for the next time; where nothing can be written, the next time reads it again. */
export async function keepManifest(text: string, manifest: Manifest, folder = KEPT): Promise<void> {
  try {
    const file = await fileOf(text, folder);
    await mkdir(folder, { recursive: true });
    const part = `${file}.${randomBytes(4).toString("hex")}`;
    await writeFile(part, JSON.stringify(manifest));
    await rename(part, file);
  } catch {
    // read-only packages
  }
}

async function fileOf(text: string, folder: string): Promise<string> {
  const hash = createHash("sha256").update(text);
  for (const reader of READERS) hash.update("\0").update(await readFile(reader));
  return join(folder, `${hash.digest("hex")}.json`);
}
