import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");

let own: Promise<string | undefined> | undefined;

/** The digest of the code that runs, which was read when it was loaded: asked once is asked for good. */
export function graderDigest(): Promise<string | undefined> {
  own ??= digestCode(ROOT).catch(() => undefined);
  return own;
}

/**
 * SHA-256 over the grader's code below a root: its own sources and those of the packages, and the installed packages
 * that they use, by the lock file. The same in the student edition, and with either end of line.
 */
export async function digestCode(root: string): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(["grader/src/**/*.ts", "packages/*/src/**/*.ts"], { cwd: root })) files.push(file);
  const [contents, packages] = await Promise.all([
    Promise.all(files.map(async (file) => [file.split(sep).join("/"), await readFile(join(root, file))] as const)),
    usedPackages(join(root, "package-lock.json")),
  ]);
  const hash = createHash("sha256");
  for (const [file, content] of contents.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const text = content.includes("\r\n") ? content.toString("latin1").replaceAll("\r\n", "\n") : content;
    hash.update(file).update("\0").update(text).update("\0");
  }
  return hash.update(packages).digest("hex");
}

/** One line for each package from a registry that is there at run time. Other labs, and tools, change no verdict. */
async function usedPackages(lockFile: string): Promise<string> {
  const lock = JSON.parse(await readFile(lockFile, "utf8")) as {
    packages?: Record<string, { version?: string; integrity?: string; dev?: boolean; link?: boolean }>;
  };
  return Object.entries(lock.packages ?? {})
    .filter(([path, { dev, link }]) => /(^|\/)node_modules\//.test(path) && !dev && !link)
    .map(([path, { version, integrity }]) => `${path} ${version} ${integrity}\n`)
    .sort()
    .join("");
}
