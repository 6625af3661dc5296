import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AptSource, parseSources } from "./apt-sources.ts";

/** All sources that apt on this machine uses; empty where there is no apt. */
export async function readMachineSources(aptDirectory = "/etc/apt"): Promise<AptSource[]> {
  const parts = join(aptDirectory, "sources.list.d");
  const names = await readdir(parts).catch(() => []);
  const files = [join(aptDirectory, "sources.list"), ...names.toSorted().map((name) => join(parts, name))].filter(
    (file) => /\.(list|sources)$/.test(file),
  );
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return files.flatMap((file, index) => parseSources(texts[index] ?? "", file.endsWith(".sources")));
}
