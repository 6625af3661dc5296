import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export interface OwnFolder extends AsyncDisposable {
  path: string;
}

/** Only such names are ever removed: `own-<process id>-<random>`. */
const NAME = /^own-(\d+)-\w+$/;

/** An empty folder of this process below `parent`. What processes left there that were killed is removed. */
export async function openOwnFolder(parent: string): Promise<OwnFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const abandoned = (await readdir(parent)).filter((name) => {
    const pid = NAME.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  for (const name of abandoned) await rm(join(parent, name), { recursive: true, force: true });
  const path = await mkdtemp(join(parent, `own-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user lives, and may not be asked.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
