import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { faultError } from "@compose-labs/lab/errors";
import type { Git } from "./git.ts";
import { type GitPath, gitPath, splitAtNul } from "./git-path.ts";

/** One entry of a commit's folder, below that folder. */
export interface TreeFile extends GitPath {
  kind: "file" | "symlink" | "submodule";
  isExecutable: boolean;
  hash: string;
  /** Bytes; 0 for a submodule. */
  size: number;
}

const KINDS: Record<string, TreeFile["kind"]> = { "120000": "symlink", "160000": "submodule" };

/** The answer of `git ls-tree -r -z --long`: `<mode> <type> <hash> <size>\t<path>`. */
function parseTree(listing: Buffer): TreeFile[] {
  return splitAtNul(listing).map((entry) => {
    const tab = entry.indexOf("\t");
    const [mode = "", , hash = "", size = ""] = entry.subarray(0, tab).toString("latin1").split(/ +/);
    return {
      ...gitPath(entry.subarray(tab + 1)),
      kind: KINDS[mode] ?? "file",
      isExecutable: mode === "100755",
      hash,
      size: Number(size) || 0,
    };
  });
}

/** Every file below `folder` at a commit; none where there is no such folder. */
export async function readTree(git: Git, commit: string, folder: string): Promise<TreeFile[] | "too-many"> {
  const at = `${commit}:${folder}`;
  const { exitCode } = await git.run(["cat-file", "-e", at], { exits: [0, 1, 128] });
  if (exitCode !== 0) return [];
  const { stdout, cut } = await git.run(["ls-tree", "-r", "-z", "--long", "--full-tree", at]);
  return cut ? "too-many" : parseTree(stdout);
}

/** What lies directly in a folder of a commit, by name, as far as it is listed; "" is the commit's root. */
export async function readNames(git: Git, commit: string, folder: string): Promise<string[]> {
  const { stdout } = await git.run(["ls-tree", "-z", "--name-only", "--full-tree", `${commit}:${folder}`]);
  return splitAtNul(stdout).map((name) => gitPath(name).path);
}

/** Contents of files, in their order. Throws the fault OBJECT_GONE for one that the repository does not have. */
export async function readBlobs(git: Git, files: readonly TreeFile[]): Promise<Buffer[]> {
  if (files.length === 0) return [];
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const { stdout } = await git.run(["cat-file", "--batch"], {
    input: files.map(({ hash }) => `${hash}\n`).join(""),
    // Each content comes with a line before it and the end of a line after it.
    maxBytes: total + files.length * 128,
  });
  const contents: Buffer[] = [];
  let at = 0;
  for (const { path, size } of files) {
    const end = stdout.indexOf("\n", at);
    const [, type, length] = stdout.subarray(at, end).toString("latin1").split(" ");
    if (type !== "blob" || Number(length) !== size) {
      throw faultError("OBJECT_GONE", `the repository has no content for ${path}, expected the file of the commit`, {
        hint: "This is not your mistake. Check that the repository was cloned whole, without a filter.",
      });
    }
    contents.push(stdout.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}

/** Writes files below `folder`, which is empty. Their paths were found plain before. */
export async function writeFiles(
  folder: string,
  files: readonly TreeFile[],
  contents: readonly Buffer[],
): Promise<void> {
  for (const [index, { path, isExecutable }] of files.entries()) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents[index] ?? "", { flag: "wx", mode: isExecutable ? 0o755 : 0o644 });
  }
}
