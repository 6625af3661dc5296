import { readResultOrPullRequest } from "@compose-labs/lab/documents";
import { LabError, usageError } from "@compose-labs/lab/errors";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { neutralise } from "@compose-labs/report";
import { type UnzipFileInfo, unzipSync } from "fflate";
import { MAX_DOCUMENT } from "../pull-request/fit-document.ts";

/** The one file that the archive holds. */
const ENTRY = "pull-request.json";

/**
 * The document in the archive of a run that graded `head`. Nothing is written anywhere. Throws a usage error
 * ARCHIVE_BROKEN, ARCHIVE_ENTRIES, ARCHIVE_BOMB, DOCUMENT_FOREIGN, or those of `readResultOrPullRequest`.
 */
export function readDocumentArchive(archive: Uint8Array, head: string): PullRequest {
  const text = new TextDecoder().decode(unpack(archive));
  const document = readResultOrPullRequest(text, ENTRY, { most: MAX_DOCUMENT });
  if (document.kind === "result") {
    throw usageError(
      "DOCUMENT_FOREIGN",
      `${ENTRY}: found the result of one submission, expected that of a pull request`,
      {
        hint: FORGED,
      },
    );
  }
  const { pullRequest } = document;
  if (pullRequest.head === head) return pullRequest;
  throw usageError(
    "DOCUMENT_FOREIGN",
    `${ENTRY}: found the document of commit ${pullRequest.head}, expected that of ${head}, which the run graded`,
    { hint: FORGED },
  );
}

const FORGED = "The grader writes no such document: the workflow was changed.";

function unpack(archive: Uint8Array): Uint8Array {
  const entries = listEntries(archive);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1 || entry.name !== ENTRY) throw wrongEntries(entries);
  if (entry.originalSize > MAX_DOCUMENT) {
    throw usageError(
      "ARCHIVE_BOMB",
      `the archive: found ${entry.originalSize.toLocaleString("en")} bytes in ${ENTRY}, expected at most ${MAX_DOCUMENT.toLocaleString("en")}`,
      { hint: FORGED },
    );
  }
  // No more is kept than the size that was looked at.
  return guard(() => unzipSync(archive)[ENTRY]) ?? new Uint8Array();
}

/** Entries that are named where there are too many of them. */
const LISTED = 5;

function listEntries(archive: Uint8Array): UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  const filter = (entry: UnzipFileInfo) => {
    // An archive may claim more entries than memory holds.
    if (entries.push(entry) > LISTED) throw wrongEntries(entries);
    return false;
  };
  guard(() => unzipSync(archive, { filter }));
  return entries;
}

function wrongEntries(entries: readonly UnzipFileInfo[]): LabError {
  const names = entries.map(({ name }) => neutralise(name, { maxLength: 60 }).replaceAll("\n", " "));
  const listed = [...names.slice(0, LISTED), ...(names.length > LISTED ? ["more"] : [])].join(", ");
  return usageError("ARCHIVE_ENTRIES", `the archive: found ${listed || "no file"}, expected ${ENTRY} alone`, {
    hint: FORGED,
  });
}

function guard<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof LabError) throw cause;
    const { message } = cause as Error;
    throw usageError("ARCHIVE_BROKEN", `the archive cannot be unpacked (${message}), expected a ZIP archive`, {
      hint: FORGED,
      cause,
    });
  }
}
