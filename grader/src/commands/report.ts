import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Result, usageError } from "@compose-labs/lab";
import { readDocumentFile, readResultOrPullRequest } from "@compose-labs/lab/documents";
import { markOf, neutralise, type ReportFormat, renderReport } from "@compose-labs/report";
import { classroom50Identity } from "../classroom50-identity.ts";
import { requireWritable } from "../report-file.ts";
import { parseReportFormat } from "../report-target.ts";
import { screenOf } from "../terminal.ts";
import { projectOf } from "./lab-argument.ts";

export interface ReportCommand {
  files: string[];
  as: string;
  output?: string;
  folder?: string;
  hints: number;
  quiet?: boolean;
}

/** Forms that a gradebook reads: what has no mark must not look like one there. */
const MARKS: readonly ReportFormat[] = ["gradescope", "classroom50", "github-classroom"];

interface Read {
  result: Result;
  /** The submission's folder below the repository's root, where the document says it. */
  folder: string | undefined;
}

/** Makes a report of documents that are there: 0 rendered, 2 wrong input, 3 no mark for a form that is one. */
export async function report(command: ReportCommand): Promise<number> {
  const format = parseReportFormat(command.as, "Name one of them with --as.");
  const { workingDirectory } = projectOf({});
  const read: Read[] = [];
  for (const file of command.files) read.push(...(await readDocument(resolve(workingDirectory, file), file)));
  const results = read.map(({ result }) => result);
  if (results.length === 0) {
    throw usageError("REPORT_NO_RESULT", `${command.files.join(", ")}: found no submission, expected at least one`, {
      hint: "Its pull request was refused, or changes no submission: there is no result to be reported.",
    });
  }
  const output = command.output === undefined ? undefined : resolve(workingDirectory, command.output);
  if (output !== undefined) await requireWritable(output);
  const text = await renderReport(format, results, {
    ...screenOf(output === undefined ? process.stdout : {}, process.env),
    // A file is read by who knows which program.
    ...(output === undefined ? {} : { colour: false }),
    hints: command.hints,
    ...(command.quiet === undefined ? {} : { quiet: command.quiet }),
    folder: read.map(({ folder }) => command.folder ?? folder),
    ...(format === "classroom50" ? { identity: classroom50Identity(process.env) } : {}),
  });
  if (output === undefined) process.stdout.write(text);
  else await writeFile(output, text);
  return MARKS.includes(format) ? tellMissingMarks(results) : 0;
}

async function readDocument(path: string, name: string): Promise<Read[]> {
  const document = readResultOrPullRequest(await readDocumentFile(path, name), name);
  if (document.kind === "result") return [{ result: document.result, folder: undefined }];
  return document.pullRequest.submissions.map(({ result, folder }) => ({ result, folder }));
}

function tellMissingMarks(results: readonly Result[]): number {
  const missing = results.flatMap((result) => markOf(result).none ?? []);
  for (const reason of missing) process.stderr.write(`grader: no mark: ${neutralise(reason)}\n`);
  return missing.length === 0 ? 0 : 3;
}
