import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { closest, faultError, type Result, usageError } from "@compose-labs/lab";
import { REPORT_FORMATS, type ReportFormat, type ReportOptions, renderReport } from "@compose-labs/report";
import { classroom50Identity } from "./classroom50-identity.ts";
import { requireWritable } from "./report-file.ts";

/** One report that is asked for; on stdout where it has no file. */
export interface ReportTarget {
  format: ReportFormat;
  file?: string;
}

/** The form that a word names. Throws the usage error REPORT_FORMAT_UNKNOWN, with `advice` where no form is near. */
export function parseReportFormat(word: string, advice: string): ReportFormat {
  const format = REPORT_FORMATS.find((known) => known === word);
  if (format !== undefined) return format;
  const near = closest(word, REPORT_FORMATS);
  throw usageError("REPORT_FORMAT_UNKNOWN", `found the form ${word}, expected one of ${REPORT_FORMATS.join(", ")}`, {
    hint: near === undefined ? advice : `Did you mean ${near}?`,
  });
}

/** `FORMAT` or `FORMAT=FILE`. Throws REPORT_FORMAT_UNKNOWN, and REPORT_FILE_UNNAMED for `FORMAT=`. */
export function parseReportTarget(text: string): ReportTarget {
  const [word = "", ...rest] = text.split("=");
  const format = parseReportFormat(word, "Name one of them with --report, such as --report junit=results.xml.");
  if (rest.length === 0) return { format };
  const file = rest.join("=");
  if (file !== "") return { format, file };
  throw usageError("REPORT_FILE_UNNAMED", `--report ${text}: found no file behind the =, expected its name`, {
    hint: `Write --report ${format}=<file>, or --report ${format} for stdout.`,
  });
}

/**
 * The reports that are asked for, ready to be written: files are made absolute and can be written, stdout has one
 * report only, and what a form needs of the environment is there. Throws a usage error, before anything is graded.
 */
export async function openReportTargets(
  texts: readonly string[],
  options: { workingDirectory: string; environment: NodeJS.ProcessEnv; stdoutIsTaken: boolean },
): Promise<ReportTarget[]> {
  const targets = texts.map(parseReportTarget).map(({ format, file }) => ({
    format,
    ...(file === undefined ? {} : { file: resolve(options.workingDirectory, file) }),
  }));
  const onStdout = targets.filter(({ file }) => file === undefined).map(({ format }) => format);
  if (onStdout.length + (options.stdoutIsTaken ? 1 : 0) > 1) {
    const found = [...(options.stdoutIsTaken ? ["--json"] : []), ...onStdout.map((format) => `--report ${format}`)];
    throw usageError("REPORT_STDOUT_TWICE", `found ${found.join(" and ")}, expected one report on stdout`, {
      hint: "Write the others to files: --report FORMAT=FILE.",
    });
  }
  const files = targets.flatMap(({ file }) => file ?? []);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) {
    throw usageError("REPORT_FILE_TWICE", `${twice}: found it named for two reports, expected a file for each`, {
      hint: "Give each --report a file of its own.",
    });
  }
  if (targets.some(({ format }) => format === "classroom50")) classroom50Identity(options.environment);
  for (const file of files) await requireWritable(file);
  return targets;
}

export interface WriteReportsOptions extends ReportOptions {
  environment: NodeJS.ProcessEnv;
  stdout: { write(text: string): unknown };
}

/** Writes each report. Throws the fault REPORT_FILE_LOST when a file cannot be written any more. */
export async function writeReports(
  targets: readonly ReportTarget[],
  results: readonly Result[],
  { environment, stdout, ...options }: WriteReportsOptions,
): Promise<void> {
  for (const { format, file } of targets) {
    const text = await renderReport(format, results, {
      ...options,
      // A file is read by who knows which program.
      ...(file === undefined ? {} : { colour: false }),
      ...(format === "classroom50" ? { identity: classroom50Identity(environment) } : {}),
    });
    if (file === undefined) {
      stdout.write(text);
      continue;
    }
    await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
      throw faultError("REPORT_FILE_LOST", `${file}: the report could not be written (${cause.code})`, {
        cause,
        hint: "Make room or name another file, and grade again; the verdict itself is not touched.",
      });
    });
  }
}
