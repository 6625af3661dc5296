import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LabError, type Result, usageError } from "@compose-labs/lab";
import { readDocumentFile, readResultOrPullRequest } from "@compose-labs/lab/documents";
import type { Attempt } from "@compose-labs/report/gradebook";

/** Wrong documents that are named; the others are counted. */
const NAMED = 10;

export interface Collected {
  attempts: Attempt[];
  /** Documents without a submission: pull requests that were refused, or changed none. */
  empty: string[];
}

/**
 * Every attempt in the `.json` documents below a folder, in the order of their names. A pull-request document says
 * whose they are; of a result it is what `submission.student` says, or the first folder below `folder`. Throws
 * GRADEBOOK_FOLDER, GRADEBOOK_EMPTY, and GRADEBOOK_DOCUMENTS with everything that could not be taken.
 */
export async function collectAttempts(
  folder: string,
  shown: string,
  slugOf: (labId: string) => string,
): Promise<Collected> {
  const files = await listDocuments(folder, shown);
  const attempts: Attempt[] = [];
  const empty: string[] = [];
  const wrong: string[] = [];
  for (const file of files) {
    try {
      const own = await readAttempts(folder, file, slugOf);
      if (own.length === 0) empty.push(file);
      attempts.push(...own);
    } catch (error) {
      if (!(error instanceof LabError) || error.kind !== "usage") throw error;
      const { place } = error;
      const at =
        place?.line === undefined ? "" : `:${place.line}${place.column === undefined ? "" : `:${place.column}`}`;
      wrong.push(error.message.startsWith(file) ? error.message : `${file}${at}: ${error.message}`);
    }
  }
  if (wrong.length === 0) return { attempts, empty };
  const left = wrong.length - NAMED;
  const lines = [...wrong.slice(0, NAMED), ...(left > 0 ? [`and ${left} more`] : [])];
  throw usageError(
    "GRADEBOOK_DOCUMENTS",
    `${shown}: found ${wrong.length} of ${files.length} documents that cannot be taken, expected documents of the grader:\n${lines.map((line) => `  ${line}`).join("\n")}`,
    { hint: "Write or download them again, or move them out of the folder; nothing is left out without being said." },
  );
}

async function listDocuments(folder: string, shown: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw usageError(
        "GRADEBOOK_FOLDER",
        `${shown}: found no folder to be read (${cause.code}), expected one with result documents`,
        {
          cause,
          hint: "Name the folder into which the documents were written or downloaded.",
        },
      );
    },
  );
  const files = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && entry.name.endsWith(".json"))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .toSorted();
  if (files.length > 0) return files;
  throw usageError(
    "GRADEBOOK_EMPTY",
    `${shown}: found no .json file, expected result documents or pull-request documents`,
    {
      hint: "`grader check --json` and `grader pr --document` write them.",
    },
  );
}

async function readAttempts(folder: string, file: string, slugOf: (labId: string) => string): Promise<Attempt[]> {
  const document = readResultOrPullRequest(await readDocumentFile(join(folder, file), file), file);
  if (document.kind === "pull-request") {
    return document.pullRequest.submissions.map(({ student, lab, result }) => ({
      student,
      lab,
      result,
      document: file,
    }));
  }
  const { result } = document;
  return [{ student: studentOf(result, file), lab: slugOf(result.lab.id), result, document: file }];
}

function studentOf({ submission }: Result, file: string): string {
  const [first = "", ...rest] = file.split("/");
  if (submission.student !== undefined) return submission.student;
  if (rest.length > 0) return first;
  throw usageError("GRADEBOOK_STUDENT_UNKNOWN", `${file}: found no student in it, expected to know whose it is`, {
    hint: "Put it into a folder with the student's login: <folder>/<student>/<file>.",
  });
}
