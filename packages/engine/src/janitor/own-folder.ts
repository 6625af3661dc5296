import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateDirectory, userDirectory } from "./leases-directory.ts";
import { startOf } from "./process-table.ts";

export interface OwnFolder extends AsyncDisposable {
  path: string;
}

/** What this process lays out, by what it is for. */
export type Purpose = "cases" | "packages" | "pull-requests" | "submitting" | "tools";

/** Only such names are ever removed: `own-<process id>-<random>`. */
const NAME = /^own-(\d+)-\w+$/;

/**
 * An empty folder of this process, `<tmp>/compose-labs-<uid>/<purpose>/own-…`, removed at the end of the block. What
 * processes left beside it that were killed is removed now. Throws the fault LEASES_UNSAFE.
 */
export async function openOwnFolder(purpose: Purpose, temporary?: string): Promise<OwnFolder> {
  const parent = join(userDirectory(temporary), purpose);
  await makePrivateDirectory(parent);
  for (const name of await readdir(parent)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || (await startOf(Number(pid))) !== undefined) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
  const path = await mkdtemp(join(parent, `own-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
