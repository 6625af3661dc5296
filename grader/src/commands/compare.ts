import { resolve } from "node:path";
import { readDocumentFile, readResult } from "@compose-labs/lab/documents";
import { compareResults, renderComparison } from "@compose-labs/report/comparison";
import { projectOf } from "./lab-argument.ts";

export interface CompareCommand {
  first: string;
  second: string;
  json?: boolean;
}

/** What differs between two results: 0 when verdict, score and outcomes agree, 1 when they do not. */
export async function compare(command: CompareCommand): Promise<number> {
  const { workingDirectory } = projectOf({});
  const read = async (name: string) => readResult(await readDocumentFile(resolve(workingDirectory, name), name), name);
  const [first, second] = await Promise.all([read(command.first), read(command.second)]);
  const comparison = compareResults(first, second);
  process.stdout.write(
    command.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : renderComparison(comparison, [command.first, command.second]),
  );
  return comparison.same ? 0 : 1;
}
