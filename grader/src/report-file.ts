import { open } from "node:fs/promises";
import { usageError } from "@compose-labs/lab";

/** Known before the minutes that a report takes. Throws the usage error REPORT_FILE_UNWRITABLE. */
export async function requireWritable(file: string): Promise<void> {
  const handle = await open(file, "a").catch((cause: NodeJS.ErrnoException) => {
    throw usageError("REPORT_FILE_UNWRITABLE", `${file}: cannot be written (${cause.code}), expected a file`, {
      hint: "Name a file in a folder that exists.",
      cause,
    });
  });
  await handle.close();
}
