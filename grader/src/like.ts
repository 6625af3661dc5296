import { resolve } from "node:path";
import { type Lab, type Result, usageError } from "@compose-labs/lab";
import { readDocumentFile, readResult } from "@compose-labs/lab/documents";

/**
 * The result that is to be repeated. Throws the errors of documents, LIKE_OTHER_LAB for a result of another lab, and
 * LIKE_SEED_INVALID for a seed that the grader never drew.
 */
export async function readLike(name: string, lab: Lab, workingDirectory: string): Promise<Result> {
  const result = readResult(await readDocumentFile(resolve(workingDirectory, name), name), name);
  if (result.lab.id !== lab.manifest.id) {
    throw usageError(
      "LIKE_OTHER_LAB",
      `${name}: found a result of the lab ${JSON.stringify(result.lab.id)}, expected one of "${lab.manifest.id}"`,
      { hint: "Name the lab of that result, or a result of this lab." },
    );
  }
  if (!/^[0-9a-f]{1,32}$/.test(result.seed)) {
    throw usageError(
      "LIKE_SEED_INVALID",
      `${name}: seed: found ${JSON.stringify(result.seed)}, expected 1 to 32 hex digits`,
      { hint: "The document was changed by hand or by another program; take the one that the grader wrote." },
    );
  }
  return result;
}
