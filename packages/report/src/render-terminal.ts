import type { Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab";
import { drawChecks } from "./check-list.ts";
import { drawClosing } from "./closing.ts";
import { drawCheckFault, drawFailure } from "./failure-block.ts";
import { field } from "./field.ts";
import { drawHeading } from "./heading.ts";
import { neutraliseDocument } from "./neutralise.ts";
import { closePage, openPage, type Page, type PageOptions } from "./page.ts";
import { drawFindings } from "./refusal.ts";
import { drawStack } from "./stack-drawing.ts";
import { padEnd, wrap } from "./text-width.ts";
import { NO_POINTS_LOST, runFaultText } from "./wording.ts";

export interface TerminalOptions extends PageOptions {
  /** Levels of hints shown for each failed check. Default 1. */
  hints?: number;
  /** Only what did not pass, a line each, and the verdict. Default false. */
  quiet?: boolean;
}

/** Characters of any one text that a report shows; the document has the rest. */
const TEXT_LENGTH = 2000;

function drawFault(page: Page, { fault }: Result): string[] {
  const heading = drawHeading(page, "fault", "FAULT", fault?.code ?? "unknown");
  return [
    heading,
    ...field(page, "cause", runFaultText({ fault })),
    ...(fault?.hint === undefined ? [] : field(page, "do", fault.hint)),
    ...field(page, "points", NO_POINTS_LOST),
    "",
  ];
}

/** One line, wrapped, for each thing that is to be mended. */
function drawQuietly(page: Page, result: Result): string[] {
  const entries = [
    ...result.findings
      .filter((finding) => finding.severity === "refuse")
      .map((finding) => ["REFUSED", `${formatPlace(finding.place)}: ${finding.message} (${finding.code})`]),
    ...(result.fault === undefined ? [] : [["FAULT", `${result.fault.message} (${result.fault.code})`]]),
    ...result.checks.flatMap((check) => {
      if (check.outcome === "fault") return [["FAULT", `${check.id}: ${check.attempts.at(-1)?.error ?? check.title}`]];
      if (check.outcome === "blocked") return [["blocked", `${check.id}: needs ${check.blockedBy ?? "another check"}`]];
      if (check.outcome !== "failed") return [];
      const { diagnosis } = check;
      const place = diagnosis?.place === undefined ? "" : ` at ${formatPlace(diagnosis.place)}`;
      return [["FAILED", `${check.id}${place}: ${diagnosis?.found ?? check.title}`]];
    }),
  ];
  return entries.flatMap(([word = "", text = ""]) => {
    const ink = word === "FAULT" ? "fault" : word === "blocked" ? "blocked" : "failed";
    return wrap(text, page.width - 9).map((line, index) =>
      index === 0 ? `${page.paint(ink, padEnd(word, 7))}  ${line}` : `         ${line}`,
    );
  });
}

function drawInFull(page: Page, result: Result, hints: number): string[] {
  const lines: string[] = [];
  if (result.stack !== undefined) lines.push(...drawStack(page, result.stack), "");
  // A refused submission was never tried: a list of checks that were not run would only hide the findings.
  const tried = result.checks.some((check) => check.outcome !== "not-run");
  if (tried) lines.push(...drawChecks(page, result), "");
  lines.push(...drawFindings(page, result.findings));
  for (const check of result.checks) {
    if (check.outcome === "failed") lines.push(...drawFailure(page, check, { hints }), "");
    if (check.outcome === "fault") lines.push(...drawCheckFault(page, check), "");
  }
  if (result.verdict === "fault") lines.push(...drawFault(page, result));
  return lines;
}

/**
 * What a student reads of one grading: line by line, no line over `width` columns, complete without colour.
 * Whatever the submission wrote into it is neutralised.
 */
export function renderTerminal(result: Result, options: TerminalOptions): string {
  const { hints = 1, quiet = false } = options;
  const page = openPage(options);
  const clean = neutraliseDocument(result, { ascii: !page.unicode, maxLength: TEXT_LENGTH });
  const [title = "", ...more] = wrap(`${clean.lab.title}  (${clean.lab.id} ${clean.lab.version})`, page.width - 1);
  const head = [title, ...more].map((line) => page.paint("strong", line));
  const body = quiet ? drawQuietly(page, clean) : [...head, "", ...drawInFull(page, clean, hints)];
  return closePage([...body, ...drawClosing(page, clean, { brief: quiet })]);
}
