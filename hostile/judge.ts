import type { Result } from "@compose-labs/lab";
import type { HostileCase } from "./cases-file.ts";

/** What was seen of one grading, from outside. */
export interface Observation {
  exitCode: number | null;
  /** Undefined when there was no valid document on stdout. */
  result: Result | undefined;
  stdout: string;
  stderr: string;
  /** Seconds from the start of the command to its end. */
  seconds: number;
  /** Requests to the engine that make or start something. */
  created: readonly string[];
  /** Canaries that the output or a request to the engine carried. */
  leaked: readonly string[];
  /** What the grader left on the engine, in its temporary folder, or running. */
  leftovers: readonly string[];
  /** What is not as it was: files, images, the submission itself. */
  changed: readonly string[];
}

export interface Judgement {
  /** The verdict, or how the command ended without one. */
  got: "refused" | "bounded" | "ok" | "fault" | "no result";
  /** Code and place of the finding, failure or fault that the result names first, or that was expected. */
  code: string;
  place: string;
  /** Empty when everything is as expected. */
  problems: string[];
}

/** Seconds that a case may take on a machine of its own. */
const MOST = { refused: 2, other: 60 };

/** Holds what was seen against what the case expects; each core of the machine had work for `share`. */
export function judge(entry: HostileCase, seen: Observation, share = 1): Judgement {
  const got = outcomeOf(seen);
  const problems: string[] = [];
  if (got !== entry.expect) problems.push(`expected ${entry.expect}, got ${describe(got, seen)}`);
  const shown = shownOf(entry, seen);
  if (got === "refused" && entry.expect === "refused") problems.push(...refusalProblems(entry, seen));
  if (got === "bounded" && !isExplained(seen)) problems.push("no failed check says what was found");
  problems.push(...exitProblems(got, seen), ...noteProblems(entry, seen), ...outputProblems(seen));
  const limit = Math.max(1, share) * (entry.expect === "refused" ? MOST.refused : MOST.other);
  if (seen.seconds > limit)
    problems.push(`took ${seen.seconds.toFixed(1)} s, expected at most ${Number(limit.toFixed(1))} s`);
  for (const canary of seen.leaked) problems.push(`the canary ${canary} came out`);
  problems.push(...seen.changed);
  for (const left of seen.leftovers) problems.push(`left behind: ${left}`);
  return { got, ...shown, problems };
}

function outcomeOf({ result }: Observation): Judgement["got"] {
  if (result?.verdict === "refused" || result?.verdict === "fault") return result.verdict;
  if (result?.verdict !== "graded") return "no result";
  return result.score === result.maxScore ? "ok" : "bounded";
}

function describe(got: Judgement["got"], { result, exitCode, stderr }: Observation): string {
  if (got === "fault") return `the fault ${result?.fault?.code}: ${result?.fault?.message}`;
  if (got === "no result")
    return `exit code ${exitCode} without a result: ${stderr.trim().split("\n").slice(-3).join(" ")}`;
  const failed = result?.checks.find(({ outcome }) => outcome !== "passed");
  if (got === "bounded") return `${got} (${failed?.diagnosis?.found ?? failed?.outcome})`;
  return got;
}

const placeText = (
  place: { file: string; line?: number | undefined; column?: number | undefined } | undefined,
): string =>
  place === undefined ? "" : [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");

const refusals = (result: Result | undefined) => result?.findings.filter(({ severity }) => severity === "refuse") ?? [];

/** `at` may lack the column, and the line too where a file is meant as a whole. */
const isAt = (at: string, place: string): boolean => place === at || place.startsWith(`${at}:`);

function shownOf({ rule, at }: HostileCase, { result }: Observation): { code: string; place: string } {
  const found = refusals(result);
  const right = found.filter(({ code }) => code === rule);
  const best = right.find(({ place }) => at === undefined || isAt(at, placeText(place))) ?? right[0] ?? found[0];
  if (best !== undefined) return { code: best.code, place: placeText(best.place) };
  const failed = result?.checks.find(({ diagnosis }) => diagnosis !== undefined)?.diagnosis;
  return { code: failed?.code ?? result?.fault?.code ?? "", place: placeText(failed?.place) };
}

function refusalProblems({ rule, at }: HostileCase, { result, created }: Observation): string[] {
  const found = refusals(result);
  const places = found.filter(({ code }) => code === rule).map(({ place }) => placeText(place));
  const all = found.map(({ code, place }) => `${code} at ${placeText(place)}`).join(", ");
  const problems: string[] = [];
  if (places.length === 0) problems.push(`expected the finding ${rule}, got ${all}`);
  else if (at !== undefined && !places.some((place) => isAt(at, place))) {
    problems.push(`expected ${rule} at ${at}, got ${all}`);
  }
  if (created.length > 0) problems.push(`made something all the same: ${[...new Set(created)].join(", ")}`);
  return problems;
}

function isExplained({ result }: Observation): boolean {
  return (
    result?.checks.some(({ outcome, diagnosis }) => outcome === "failed" && (diagnosis?.found ?? "") !== "") ?? false
  );
}

function exitProblems(got: Judgement["got"], { exitCode }: Observation): string[] {
  const expected = { ok: 0, bounded: 1, refused: 1, fault: 3, "no result": undefined }[got];
  if (expected === undefined || exitCode === expected) return [];
  return [`a verdict ${got} ended with exit code ${exitCode}, expected ${expected}`];
}

function noteProblems({ notes }: HostileCase, { result }: Observation): string[] {
  const found = result?.findings.filter(({ severity }) => severity === "note").map(({ code }) => code) ?? [];
  return notes.filter((code) => !found.some((other) => other === code)).map((code) => `expected the note ${code}`);
}

/** Control characters, marks that turn text around, and lines that a workflow would take for a command. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function outputProblems({ stdout, stderr }: Observation): string[] {
  const text = `${stdout}\n${stderr}`;
  const problems: string[] = [];
  if (CONTROLS.test(text)) problems.push("the output has control characters in it");
  if (/^\s*(::|##\[)/m.test(text)) problems.push("the output has a line that a workflow takes for a command");
  return problems;
}
