import { execFile } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdir, readFile, rename, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { HostileCase, Made } from "./cases-file.ts";

/** The folder to be graded: the case's own, or where something has to be made, a copy below `temporary`. */
export async function layOut(entry: HostileCase, folder: string, temporary: string): Promise<string> {
  if (entry.make.length === 0) return folder;
  const copy = join(temporary, "cases", entry.name);
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  for (const item of entry.make) await make(item, copy);
  return copy;
}

async function make(item: Made, root: string): Promise<void> {
  const at = async (path: string): Promise<string> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  if ("folder" in item) await mkdir(await at(item.folder), { recursive: true });
  else if ("fifo" in item) await promisify(execFile)("mkfifo", [await at(item.fifo)]);
  else if ("socket" in item) await makeSocket(await at(item.socket));
  else if ("link" in item) await symlink(item.to, await at(item.link));
  else if ("sparse" in item) {
    await writeFile(await at(item.sparse), "");
    await truncate(join(root, item.sparse), item.bytes);
  } else if ("file" in item) await writeFile(await at(item.file), repeated(item));
  else if ("append" in item) await appendFile(await at(item.append), repeated(item));
  else if ("encode" in item) {
    const text = await readFile(join(root, item.encode), "utf8");
    await writeFile(join(root, item.encode), Buffer.from(text, item.as));
  } else {
    for (let index = 0; index < item.count; index++) await writeFile(await at(`${item.files}/${index}.txt`), "");
  }
}

function repeated({ text, times }: { text: string; times: number }): string {
  return Array.from({ length: times }, (_, index) => text.replaceAll("#", String(index))).join("");
}

/** Node removes the file of a socket when it is closed; a process that is killed leaves it. */
async function makeSocket(path: string): Promise<void> {
  const server = createServer();
  await once(server.listen(path), "listening");
  await rename(path, `${path}.kept`);
  server.close();
  await once(server, "close");
  await rename(`${path}.kept`, path);
}
