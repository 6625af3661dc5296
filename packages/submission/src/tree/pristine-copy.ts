import { createHash } from "node:crypto";
import { chmod, copyFile, lstat, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Fresh, type Lab, usageError } from "@compose-labs/lab";
import { collectFindings, isRefused, type Report } from "../finding/finding.ts";
import { matchAny } from "./globs.ts";
import { type TreeEntry, walkTree } from "./walk.ts";

export interface PristineCopy {
  /** Every file of the copy, sorted; the lab's given files and canaries included. */
  files: string[];
  /** SHA-256 over the sorted paths and contents of the student's files. */
  digest: string;
}

/** Canaries say what they are, so that whoever finds one in an image can look it up. */
const CANARY = "compose-labs-canary";

/** Beyond the lab's own bounds nothing is taken whatever the manifest says. */
const MAX_GIVEN = { files: 2_000, bytes: 50_000_000 };

/** Names that are in no submission, whatever a lab takes. */
export const isSkipped = (name: string): boolean => name === "node_modules" || name.startsWith(".git");

/**
 * Copies what the lab takes from `folder` into `root` (made here), lays the lab's given files over it, then canaries.
 *
 * Throws a usage error `SUBMISSION_MISSING`, `SUBMISSION_NOT_A_FOLDER`, `SUBMISSION_EMPTY` or
 * `SUBMISSION_FILE_MISSING`; what may not be in a submission is reported as findings.
 */
export async function copyPristine(options: {
  lab: Lab;
  folder: string;
  root: string;
  fresh: Fresh;
  report: Report;
}): Promise<PristineCopy> {
  const { lab, folder, root, fresh, report } = options;
  const { given, canaries } = lab.manifest;
  const isGiven = matchAny(given);
  const entries = await readEntries({ lab, folder, report });

  await mkdir(root, { recursive: true });
  await chmod(root, 0o755);
  const files = new Set<string>();
  for (const entry of entries) {
    await layEntry(root, entry);
    files.add(entry.path);
  }
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  for (const entry of await givenEntries(lab, isGiven)) {
    const theirs = byPath.get(entry.path);
    if (theirs !== undefined && !sameContent(theirs, entry)) {
      report("given.replaced", { path: entry.path }, { file: entry.path });
    }
    await layEntry(root, entry);
    files.add(entry.path);
  }
  for (const path of canaries) {
    const text = `# ${CANARY} ${fresh.token(`canary:${path}`)}\n`;
    await layEntry(root, { path, content: Buffer.from(text), mode: 0o644 });
    files.add(path);
  }
  return { files: [...files].sort(), digest: digestOf(entries) };
}

/** What the lab takes of `folder`, sorted; throws and reports as `copyPristine` does. */
export async function readEntries(options: { lab: Lab; folder: string; report: Report }): Promise<TreeEntry[]> {
  const { lab, folder } = options;
  const { submission, compose, given } = lab.manifest;
  await requireFolder(folder);
  const inner = collectFindings();
  const entries = await walkTree({
    folder,
    takes: matchAny([...submission.files, ...submission.required, compose]),
    skips: isSkipped,
    maxFiles: submission.maxFiles,
    maxBytes: submission.maxBytes,
    report(code, args, place) {
      inner.report(code, args, place);
      options.report(code, args, place);
    },
  });
  if (!isRefused(inner.findings)) requireFiles(lab, folder, entries, matchAny(given));
  return entries;
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) {
    throw usageError("SUBMISSION_MISSING", `found no folder ${folder}; expected the folder with your files`, {
      hint: "Make it with `grader start <lab>`, or name the folder that you work in.",
    });
  }
  if (!found.isDirectory()) {
    throw usageError("SUBMISSION_NOT_A_FOLDER", `found a file at ${folder}; expected the folder with your files`, {
      hint: "Name the folder that the file lies in.",
    });
  }
}

function requireFiles(lab: Lab, folder: string, entries: TreeEntry[], isGiven: (path: string) => boolean): void {
  const { submission, compose } = lab.manifest;
  const own = entries.filter((entry) => !isGiven(entry.path));
  if (own.length === 0) {
    throw usageError(
      "SUBMISSION_EMPTY",
      `found no file in ${folder} that the lab ${lab.manifest.id} takes; expected ${submission.files.join(", ")}`,
      { hint: "Name the folder that you work in, or start with `grader start`." },
    );
  }
  const missing = submission.required.filter(
    // The Compose file has a finding of its own, which knows other names for it.
    (path) => path !== compose && !isGiven(path) && !entries.some((entry) => entry.path === path),
  );
  if (missing.length > 0) {
    throw usageError(
      "SUBMISSION_FILE_MISSING",
      `found no ${missing.join(", no ")} in ${folder}; expected ${submission.required.join(", ")}`,
      { hint: "Write the missing file; the lab's task says what belongs into it." },
    );
  }
}

async function givenEntries(lab: Lab, isGiven: (path: string) => boolean): Promise<TreeEntry[]> {
  if (lab.manifest.given.length === 0) return [];
  return await walkTree({
    folder: lab.starter,
    takes: isGiven,
    skips: () => false,
    maxFiles: MAX_GIVEN.files,
    maxBytes: MAX_GIVEN.bytes,
    report: (code, args, place) => {
      throw usageError(
        "LAB_GIVEN_FILE",
        `found ${code} (${JSON.stringify(args)}) in the lab's starter at ${place.file}`,
        {
          hint: "Given files are plain files of the lab; correct the lab.",
        },
      );
    },
  });
}

/** Writes one entry below `root`; whatever stands in its way, a link above all, is replaced and never followed. */
async function layEntry(root: string, entry: TreeEntry): Promise<void> {
  const folders = entry.path.split("/").slice(0, -1);
  let at = root;
  for (const name of folders) {
    at = join(at, name);
    const found = await lstat(at).catch(() => undefined);
    if (found?.isDirectory()) continue;
    if (found !== undefined) await rm(at, { force: true });
    await mkdir(at);
    await chmod(at, 0o755);
  }
  const target = join(root, entry.path);
  await rm(target, { recursive: true, force: true });
  if (!Buffer.isBuffer(entry.content)) {
    await symlink(entry.content.link, target);
    return;
  }
  await writeFile(target, entry.content);
  await chmod(target, entry.mode | 0o444);
}

function sameContent(a: TreeEntry, b: TreeEntry): boolean {
  if (Buffer.isBuffer(a.content)) return Buffer.isBuffer(b.content) && a.content.equals(b.content);
  return !Buffer.isBuffer(b.content) && a.content.link === b.content.link;
}

/** SHA-256 over paths and contents: the digest of a submission in its result. */
export function digestOf(entries: readonly TreeEntry[]): string {
  const hash = createHash("sha256");
  for (const { path, content } of entries) {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(`link\0${content.link}`);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** A second copy of a file or folder of the copy that containers may write into. */
export async function copyWritable(source: string, target: string): Promise<void> {
  // Compose makes a folder that is missing, so its stand-in is an empty one.
  const found = await lstat(source).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    await copyFile(source, target);
    await chmod(target, 0o666);
    return;
  }
  await mkdir(target, { recursive: true });
  // A container's user has another id than the grader's; on the student's machine the folder would be theirs.
  await chmod(target, 0o777);
  if (found === undefined) return;
  const entries = await walkTree({
    folder: source,
    takes: () => true,
    skips: () => false,
    maxFiles: MAX_GIVEN.files,
    maxBytes: MAX_GIVEN.bytes,
    report: () => {},
  });
  for (const entry of entries) await layEntry(target, { ...entry, mode: entry.mode | 0o666 });
}

/** UTF-8 text of a file of the copy, or undefined when there is none. */
export async function readText(root: string, path: string): Promise<string | undefined> {
  return await readFile(join(root, path), "utf8").catch(() => undefined);
}
