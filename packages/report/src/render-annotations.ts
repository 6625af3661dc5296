import type { Result } from "@compose-labs/lab";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { explainCheck, explainFinding, titleText } from "./failure-text.ts";
import { neutralise } from "./neutralise.ts";
import { pullRequestFaultText, sumUpPullRequest } from "./pull-request-text.ts";
import type { ShownPlace } from "./source-lines.ts";
import { NO_POINTS_LOST, outcomesText, runFaultText, sumUp, wasTried } from "./wording.ts";

export interface AnnotationOptions {
  /**
   * The submission's folder below the repository's root, `submissions/ada/07-bridge-networks`, put before each file:
   * one for all results, or one for each, in their order.
   */
  folder?: string | readonly (string | undefined)[];
}

interface Annotation {
  level: "error" | "warning" | "notice";
  title: string;
  message: string;
  place?: ShownPlace | undefined;
}

/** As @actions/core writes a command's text. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** As @actions/core writes a command's property. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function write({ level, title, message, place }: Annotation, folder: string | undefined): string {
  const path = place === undefined ? undefined : neutralise(place.file).replaceAll("\n", " ");
  const file = folder === undefined || folder === "" ? path : `${folder.replace(/\/+$/, "")}/${path}`;
  const properties = [
    ...(file === undefined || path === undefined ? [] : [["file", file]]),
    ...(place?.line === undefined ? [] : [["line", String(place.line)]]),
    ...(place?.line === undefined || place.column === undefined ? [] : [["col", String(place.column)]]),
    ["title", title],
  ];
  const list = properties.map(([name, value = ""]) => `${name}=${escapeProperty(value)}`).join(",");
  return `::${level} ${list}::${escapeData(message)}`;
}

function annotateChecks({ checks }: Result): Annotation[] {
  const costly = checks.filter(({ outcome }) => outcome === "failed").toSorted((a, b) => b.points - a.points);
  const undecided = checks.filter(({ outcome }) => outcome === "fault");
  return [
    ...costly.map((check): Annotation => {
      const title = `${titleText(check.title, check.id)} (${check.earned} of ${check.points} points)`;
      return { level: "error", title, message: explainCheck(check, checks), place: check.diagnosis?.place };
    }),
    ...undecided.map((check): Annotation => {
      return { level: "warning", title: titleText(check.title, check.id), message: explainCheck(check, checks) };
    }),
  ];
}

function annotateFindings({ findings }: Result, wanted: "refuse" | "note"): Annotation[] {
  return findings
    .filter(({ severity }) => severity === wanted)
    .map((finding) => ({
      level: wanted === "refuse" ? "error" : "notice",
      title: `${wanted === "refuse" ? "Refused" : "Note"}: ${titleText(finding.code, "finding")}`,
      message: explainFinding(finding),
      place: finding.place,
    }));
}

/** The verdict, without a file: where everything passed there is nothing else to be seen. */
function annotateVerdict(result: Result): Annotation {
  const { text } = sumUp(result);
  const title = titleText(result.lab.title, result.lab.id);
  if (result.verdict === "fault") {
    const message = `${text}\n${neutralise(runFaultText(result))}\n${NO_POINTS_LOST}`;
    return { level: "warning", title, message };
  }
  const counts = wasTried(result) ? outcomesText(result) : "";
  return { level: "notice", title, message: counts === "" ? text : `${text} (${counts})` };
}

/** Why a pull request is refused, or could not be graded, as workflow commands: an error on each file. */
export function annotatePullRequest(pull: PullRequest): string {
  const refusals = pull.findings.map(({ code, path, message, remedy }): Annotation => {
    const text = `${neutralise(message)}\n${neutralise(remedy)}`;
    return {
      level: "error",
      title: `Refused: ${titleText(code, "finding")}`,
      message: text,
      place: path ? { file: path } : undefined,
    };
  });
  const { text } = sumUpPullRequest(pull);
  const message = pull.verdict === "fault" ? `${neutralise(pullRequestFaultText(pull))}\n${NO_POINTS_LOST}` : text;
  const verdict: Annotation = {
    level: pull.verdict === "fault" ? "warning" : "notice",
    title: "Pull request",
    message,
  };
  return [verdict, ...refusals].map((annotation) => `${write(annotation, undefined)}\n`).join("");
}

/**
 * Results as GitHub's workflow commands, a line each: errors on the exact lines of refusals and failures, notices for
 * notes and verdicts, warnings without a file for faults. GitHub shows ten of each level for a step, and the log has
 * all: what matters most comes first, refusals, then failures by their points.
 */
export function renderAnnotations(results: readonly Result[], { folder }: AnnotationOptions = {}): string {
  const folderOf = (index: number) => (typeof folder === "object" ? folder[index] : folder);
  const groups = [
    (result: Result) => [annotateVerdict(result)],
    (result: Result) => annotateFindings(result, "refuse"),
    annotateChecks,
    (result: Result) => annotateFindings(result, "note"),
  ];
  const lines = groups.flatMap((annotate) =>
    results.flatMap((result, index) => annotate(result).map((annotation) => write(annotation, folderOf(index)))),
  );
  return lines.map((line) => `${line}\n`).join("");
}
