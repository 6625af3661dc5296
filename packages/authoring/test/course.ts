import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/** A lab as files in a folder of its own, whose `checks.ts` finds the project's packages; removed at the end of the block. */
export async function writeLab(
  slug: string,
  files: Iterable<readonly [string, string | undefined]>,
): Promise<{ directory: string } & AsyncDisposable> {
  const course = await realpath(await mkdtemp(join(tmpdir(), "authoring-test-")));
  await symlink(join(root, "node_modules"), join(course, "node_modules"), "junction");
  for (const [path, text] of files) {
    if (text === undefined) continue;
    await mkdir(dirname(join(course, slug, path)), { recursive: true });
    await writeFile(join(course, slug, path), text);
  }
  return {
    directory: join(course, slug),
    [Symbol.asyncDispose]: () => rm(course, { recursive: true, force: true }),
  };
}
