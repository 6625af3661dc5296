import type { PullRequestFinding } from "@compose-labs/lab/pull-request";
import { finding } from "./finding.ts";
import { findCollision, fold, MAX_PATH, whyNotPlain } from "./path-rules.ts";
import { BOUNDS, type Folder } from "./plan.ts";
import type { TreeFile } from "./tree.ts";

/** What may not be in a submission's folder, known without the contents. Older files of it count too. */
export function checkTree({ folder }: Folder, files: readonly TreeFile[] | "too-many"): PullRequestFinding[] {
  if (files === "too-many") return [finding("files.too-many", folder, { limit: BOUNDS.files })];
  if (files.length > BOUNDS.files) {
    return [finding("files.too-many", folder, { found: files.length, limit: BOUNDS.files })];
  }
  const findings = files.flatMap((file) => checkFile(`${folder}/${file.path}`, file));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > BOUNDS.bytes) findings.push(finding("files.too-large", folder, { bytes, limit: BOUNDS.bytes }));
  const collision = findCollision(files.map(({ path }) => path));
  if (collision !== undefined) {
    const [other, path] = collision;
    findings.push(finding("path.collision", `${folder}/${path}`, { other: `${folder}/${other}` }));
  }
  return findings;
}

function checkFile(path: string, { kind, isUtf8 }: TreeFile): PullRequestFinding[] {
  if (!isUtf8) return [finding("path.not-utf8", path)];
  const why = whyNotPlain(path);
  if (why !== undefined) return [finding("path.not-plain", path, { why })];
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_PATH) return [finding("path.too-long", path, { bytes, limit: MAX_PATH })];
  if (kind === "symlink") return [finding("file.symlink", path)];
  return kind === "submodule" ? [finding("file.submodule", path)] : [];
}

/** A folder on the way to the submission that has a twin beside it: `submissions/Alice` and `submissions/alice`. */
export function checkTwins(folder: string, names: readonly string[]): PullRequestFinding[] {
  const at = folder.lastIndexOf("/");
  const name = folder.slice(at + 1);
  const twin = names.find((other) => other !== name && fold(other) === fold(name));
  return twin === undefined ? [] : [finding("path.collision", folder, { other: folder.slice(0, at + 1) + twin })];
}

/** The first line of a pointer, and its two hosts: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//;
const POINTER_BYTES = 1_024;

/** Files whose content lies elsewhere. */
export function checkContents(
  { folder }: Folder,
  files: readonly TreeFile[],
  contents: readonly Buffer[],
): PullRequestFinding[] {
  return files.flatMap(({ path, size }, index) =>
    size < POINTER_BYTES && POINTER.test(contents[index]?.toString("latin1") ?? "")
      ? [finding("file.lfs-pointer", `${folder}/${path}`)]
      : [],
  );
}
