import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { glob, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Lab } from "./lab.ts";

/** Files of a lab that decide no verdict by themselves, or are taken by their role. */
const OTHER_ROLES =
  /^(README\.md|package\.json|lab\.yaml|checks\.ts|hidden\.ts|mutants\.yaml|starter|reference|alternatives|mutants|node_modules|\..*)$/;
/** What may name a file: a string without blanks that goes up or down, or has an ending. */
const NAMES = /(["'`])((?:\.{0,2}\/)?[^"'`\s$]+)\1/g;
const CODE = /\.[cm]?[jt]s$/;

/**
 * SHA-256 over what decides a verdict: manifest, checks, hidden checks where they are, the modules and files that these
 * name relative to themselves, and given files. Text of the lab's author counts the same with either end of line.
 */
export async function labDigest(lab: Lab): Promise<string> {
  const [given, own] = await Promise.all([givenFiles(lab), ownFiles(lab.directory)]);
  const hash = createHash("sha256");
  const add = (file: string, content: string | Buffer) =>
    hash.update(relative(lab.directory, file).split(sep).join("/")).update("\0").update(content).update("\0");
  for (const [file, content] of [...own].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(file, content.toString("latin1").replaceAll("\r\n", "\n"));
  }
  for (const file of given.sort()) add(file, await readFile(file));
  return hash.digest("hex");
}

async function givenFiles(lab: Lab): Promise<string[]> {
  const given: string[] = [];
  for await (const entry of glob(lab.manifest.given, { cwd: lab.starter, withFileTypes: true })) {
    if (entry.isFile()) given.push(join(entry.parentPath, entry.name));
  }
  return given;
}

async function ownFiles(directory: string): Promise<Map<string, Buffer>> {
  const [entries, manifest, checks, hidden] = await Promise.all([
    readdir(directory, { withFileTypes: true }),
    readFile(join(directory, "lab.yaml")),
    readFile(join(directory, "checks.ts")),
    readFile(join(directory, "hidden.ts")).catch(() => undefined),
  ]);
  const files = new Map([
    [join(directory, "lab.yaml"), manifest],
    [join(directory, "checks.ts"), checks],
  ]);
  if (hidden !== undefined) files.set(join(directory, "hidden.ts"), hidden);
  for (const [file, content] of [...files]) if (CODE.test(file)) await follow(file, content, entries, files);
  return files;
}

/** Adds what a module names. Most labs have no such file, and their modules need not be looked through. */
async function follow(file: string, content: Buffer, entries: Dirent[], files: Map<string, Buffer>): Promise<void> {
  const text = content.toString("utf8");
  if (!text.includes("../") && entries.every(({ name }) => OTHER_ROLES.test(name))) return;
  const named = new Set([...text.matchAll(NAMES)].map((match) => match[2] ?? ""));
  for (const name of named) {
    if (!/^\.{1,2}\/|\.\w+$/.test(name) || name.startsWith("/")) continue;
    const path = resolve(dirname(file), name);
    if (files.has(path)) continue;
    const found = await readFile(path).catch(() => undefined);
    if (found === undefined) continue;
    files.set(path, found);
    if (CODE.test(path)) await follow(path, found, entries, files);
  }
}
