import { appendFile } from "node:fs/promises";
import { LabError } from "@compose-labs/lab";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { annotatePullRequest, renderAnnotations, renderPullRequest, renderPullRequestText } from "@compose-labs/report";
import { type ReportTarget, writeReports } from "../report-target.ts";
import { screenOf } from "../terminal.ts";

export interface TellOptions {
  /** Reports of all submissions, ready to be written. One for stdout takes the place of the text and annotations. */
  reports: readonly ReportTarget[];
  /** A file that the outcome in Markdown is appended to. */
  summary: string | undefined;
  environment: NodeJS.ProcessEnv;
  stdout: Parameters<typeof screenOf>[0] & { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** Text for the log, with annotations for the page of the changes; Markdown for the run's summary; reports. */
export async function tellPullRequest(document: PullRequest, options: TellOptions): Promise<void> {
  const { reports, summary, environment, stdout, stderr } = options;
  const { width, colour, unicode } = screenOf(stdout, environment);
  const results = document.submissions.map(({ result }) => result);
  const folder = document.submissions.map((submission) => submission.folder);
  if (reports.every(({ file }) => file !== undefined)) {
    stdout.write(renderPullRequestText(document, { width, colour, unicode }));
    stdout.write(annotatePullRequest(document) + renderAnnotations(results, { folder }));
  }
  // The step may have written there before.
  if (summary !== undefined) await appendFile(summary, renderPullRequest(document));
  for (const report of reports) {
    const writing = { width, colour, unicode, folder, environment, stdout };
    await writeReports([report], results, writing).catch((error: unknown) => {
      const isWithoutResult = error instanceof LabError && error.code === "REPORT_ONE_RESULT" && results.length === 0;
      if (!isWithoutResult) throw error;
      stderr.write(`grader: --report ${report.format}: nothing is written, as no submission was graded\n`);
    });
  }
}
