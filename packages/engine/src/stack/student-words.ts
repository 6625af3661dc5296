import { CheckFailure, type LabError, type RunModel } from "@compose-labs/lab";

/**
 * A failure without what only the grader's run has: the project's prefix of names and the path of the copy. The
 * student reads `db-1` and `app/main.py`, as in a folder of their own. Faults are left as they are.
 */
export function inStudentWords<T extends CheckFailure | LabError | Error>(
  runModel: RunModel,
  error: T,
): T | CheckFailure {
  if (!(error instanceof CheckFailure)) return error;
  const { found, log, ...rest } = error.failure;
  const clean = (text: string) =>
    text
      .replaceAll(`${runModel.directory}/`, "")
      .replaceAll(runModel.directory, ".")
      .replace(/\bcl-[0-9a-f]{12}[-_]/g, "");
  return new CheckFailure({ ...rest, found: clean(found), ...(log === undefined ? {} : { log: clean(log) }) });
}
