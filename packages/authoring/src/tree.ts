import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What tools make, and Git does not keep. */
const NOT_LOOKED_AT = new Set(["node_modules", ".turbo"]);

/** Every file below a folder, relative and with `/`, in order; no links, and none of what tools make. */
export async function listTree(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (prefix: string): Promise<void> => {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && !NOT_LOOKED_AT.has(entry.name)) await visit(path);
    }
  };
  await visit("");
  return found;
}

/** The same with their contents. */
export async function readTree(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const path of await listTree(folder)) files.set(path, await readFile(join(folder, path)));
  return files;
}
