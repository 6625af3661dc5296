import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lab } from "@compose-labs/lab";
import { matchAny } from "@compose-labs/submission";
import { listTree } from "../tree.ts";
import type { Source } from "./rewriting.ts";

/** The files of a right solution that a student would hand in: text only, and none that the lab gives. */
export async function readSource(lab: Lab, folder: string): Promise<Source> {
  const { submission, given, compose } = lab.manifest;
  const isTaken = matchAny(submission.files);
  const isGiven = matchAny(given);
  const takes = (path: string) => isTaken(path) && !isGiven(path);
  const files = new Map<string, string>();
  for (const path of (await listTree(folder)).filter(takes)) {
    const content = await readFile(join(folder, path));
    if (isUtf8(content)) files.set(path, content.toString("utf8"));
  }
  return {
    files,
    compose: files.has(compose) ? compose : undefined,
    dockerfiles: [...files.keys()].filter((path) => /(^|[./])Dockerfile(\.(?!dockerignore$)[^/]*)?$/.test(path)).sort(),
    takes,
  };
}
