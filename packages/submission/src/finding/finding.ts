import type { Finding, Place } from "@compose-labs/lab";
import { neutralise } from "../text/neutralise.ts";
import { buildExplanations } from "./explain-build.ts";
import { fileExplanations } from "./explain-files.ts";
import { schemaExplanations } from "./explain-schema.ts";
import { serviceExplanations } from "./explain-service.ts";
import { sharedExplanations } from "./explain-shared.ts";
import type { Explanation } from "./explanation.ts";

const explanations = {
  ...fileExplanations,
  ...schemaExplanations,
  ...serviceExplanations,
  ...sharedExplanations,
  ...buildExplanations,
} as const;

export type FindingCode = keyof typeof explanations;
export type FindingArgs = Record<string, string | number>;

/** Every code, for documentation and for the test that reaches each. */
export const FINDING_CODES = Object.keys(explanations) as FindingCode[];

/** What a rule emits; the words are added in one place only. */
export type Report = (code: FindingCode, args: FindingArgs, place: Place) => void;

/** Fills `{name}`; a part in square brackets is left out when one of its arguments is absent or empty. */
function fill(template: string, args: FindingArgs): string {
  const value = (name: string): string => String(args[name] ?? "");
  return template
    .replace(/\[([^\]]*)\]/g, (_, part: string) =>
      [...part.matchAll(/\{(\w+)\}/g)].every(([, name = ""]) => value(name) !== "") ? part : "",
    )
    .replace(/\{(\w+)\}/g, (_, name: string) => value(name));
}

/** Joins code, arguments and place to a finding in words. Arguments are neutralised: most are the student's text. */
function makeFinding(code: FindingCode, args: FindingArgs, place: Place): Finding {
  const clean: FindingArgs = {};
  for (const [name, value] of Object.entries(args)) {
    clean[name] = typeof value === "string" ? neutralise(value, 200) : value;
  }
  const { severity, message, remedy }: Explanation = explanations[code];
  return { code, args: clean, place, severity, message: fill(message, clean), remedy: fill(remedy, clean).trim() };
}

/** A list of findings and the function that adds to it; the same finding at the same place is added once. */
export function collectFindings(): { findings: Finding[]; report: Report } {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const report: Report = (code, args, place) => {
    const finding = makeFinding(code, args, place);
    const key = JSON.stringify([code, finding.args, place]);
    if (seen.has(key)) return;
    seen.add(key);
    findings.push(finding);
  };
  return { findings, report };
}

export function isRefused(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "refuse");
}
