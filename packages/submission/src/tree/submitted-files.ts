import { type Lab, usageError } from "@compose-labs/lab";
import { collectFindings, isRefused } from "../finding/finding.ts";
import { neutralise } from "../text/neutralise.ts";
import { digestOf, readEntries } from "./pristine-copy.ts";

/** One file of a submission, read. */
export interface SubmittedFile {
  /** Below the submission's folder, forward slashes. */
  path: string;
  content: Buffer;
  isExecutable: boolean;
}

export interface SubmittedFiles {
  /** Sorted by path; at least one. */
  files: SubmittedFile[];
  /** The digest that a result of these files has. */
  digest: string;
}

/**
 * The files that a grading of `folder` would take, as they are now. Only read.
 *
 * Throws the usage errors of `copyPristine` for a folder that is no submission, SUBMISSION_LINK for a symbolic link,
 * and SUBMISSION_REFUSED for what may be in no submission at all.
 */
export async function readSubmittedFiles({ lab, folder }: { lab: Lab; folder: string }): Promise<SubmittedFiles> {
  const { findings, report } = collectFindings();
  const entries = await readEntries({ lab, folder, report });
  const refusal = findings.find((finding) => isRefused([finding]));
  if (refusal !== undefined) {
    const { message, remedy, place } = refusal;
    throw usageError("SUBMISSION_REFUSED", message, { hint: remedy, place });
  }
  const files = entries.map(({ path, content, mode }): SubmittedFile => {
    if (Buffer.isBuffer(content)) return { path, content, isExecutable: (mode & 0o100) !== 0 };
    throw usageError("SUBMISSION_LINK", `found a symbolic link to ${neutralise(content.link, 200)}, expected a file`, {
      hint: "A link means something else on another machine. Put the file itself there.",
      place: { file: neutralise(path, 300) },
    });
  });
  return { files, digest: digestOf(entries) };
}
