import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import { isInside, realPath } from "../tree/inside.ts";
import { decodeText } from "../yaml/text-gate.ts";

/** Of a path in the copy: what is really there. A link that leaves the copy counts as nothing. */
export async function kindOf(root: string, path: string): Promise<"file" | "folder" | "missing"> {
  const real = await realPath(join(root, path));
  if (!real.exists || !isInside(root, real.path)) return "missing";
  const found = await stat(real.path);
  return found.isFile() ? "file" : found.isDirectory() ? "folder" : "missing";
}

/** The gated text of a file of the copy; undefined, with a finding at the file, when it is too large or not UTF-8. */
export async function readGated(root: string, path: string, report: Report, at?: Place): Promise<string | undefined> {
  const decoded = decodeText(await readFile(join(root, path)));
  if ("text" in decoded) return decoded.text;
  report(decoded.code, decoded.args, at ?? { file: path });
  return undefined;
}
