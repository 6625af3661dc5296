import type { CheckResult, Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import { neutralise } from "./neutralise.ts";
import { diagnosisPage, explainBlocked, faultText, foundText, NO_POINTS_LOST, reproduceCommand } from "./wording.ts";

/** Characters of any one text in these; the document has the rest. */
const TEXT_LENGTH = 2000;

function clean(text: string): string {
  return neutralise(text, { maxLength: TEXT_LENGTH }).trim();
}

/**
 * Why a check did not pass, as plain lines without markup, neutralised; empty for one that passed. For forms that
 * have room for one text: found, expected, place, advice, the command that shows it, the page that explains it.
 */
export function explainCheck(check: CheckResult, checks: readonly CheckResult[]): string {
  const { diagnosis, outcome } = check;
  if (outcome === "passed") return "";
  if (outcome === "not-run") return "not run";
  if (outcome === "blocked") return clean(explainBlocked(check, checks));
  if (outcome === "fault") return `could not be decided: ${clean(faultText(check))}\n${NO_POINTS_LOST}`;
  const command = reproduceCommand(check);
  return [
    `found: ${clean(foundText(check))}`,
    ...(diagnosis === undefined ? [] : [`expected: ${clean(diagnosis.expected)}`]),
    ...(diagnosis?.place === undefined ? [] : [`at: ${clean(formatPlace(diagnosis.place))}`]),
    ...(diagnosis?.hint === undefined ? [] : [`help: ${clean(diagnosis.hint)}`]),
    ...(command === undefined ? [] : [`see it: ${clean(command)}`]),
    ...(diagnosis === undefined ? [] : [`more: ${clean(diagnosisPage(diagnosis.code))}`]),
  ].join("\n");
}

/** What a finding says: the reason and the change to make, as plain lines, neutralised. */
export function explainFinding({ message, remedy }: Result["findings"][number]): string {
  return `${clean(message)}\nchange: ${clean(remedy)}`;
}

/** A title of one line, neutralised; what stands in for it where it is empty. */
export function titleText(title: string, instead: string): string {
  return clean(title).replace(/\s*\n\s*/g, " ") || clean(instead).replace(/\s*\n\s*/g, " ") || "(no title)";
}
