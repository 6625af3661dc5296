import type { Result } from "@compose-labs/lab";
import type { SubmittedFile } from "@compose-labs/submission/files";
import { type Zippable, zipSync } from "fflate";

/** The result's name in the archive. */
const BUNDLED_RESULT = "result.json";

const UNIX = 3;

/**
 * One archive of a submission and its result: the files below `folder`, as in the course's repository, beside
 * `result.json`. The same input gives the same bytes.
 */
export function makeBundle(folder: string, files: readonly SubmittedFile[], result: Result): Uint8Array {
  // An archive says local time: this is the first moment that it can say, and the same everywhere.
  const mtime = new Date(1980, 0, 1);
  const mode = (permissions: number) => ({ os: UNIX, attrs: (0o100000 | permissions) * 0x10000, mtime });
  const entries: Zippable = {
    [BUNDLED_RESULT]: [Buffer.from(`${JSON.stringify(result, undefined, 2)}\n`), mode(0o644)],
  };
  for (const { path, content, isExecutable } of files) {
    entries[`${folder}/${path}`] = [content, mode(isExecutable ? 0o755 : 0o644)];
  }
  return zipSync(entries, { level: 9 });
}
