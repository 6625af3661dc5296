import type { CheckResult, Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import { explainCheck, titleText } from "./failure-text.ts";
import { onlyResult } from "./mark.ts";
import { neutralise } from "./neutralise.ts";
import { writeJson } from "./render-json.ts";
import { foundText, NO_POINTS_LOST, runFaultText } from "./wording.ts";

/** The version of check50 whose form this is. */
const VERSION = "3.3.0";

/** Name of the result that stands for the policy, where it refused something. */
const POLICY = "policy";

function causeOf(check: CheckResult, checks: readonly CheckResult[]) {
  const { outcome, diagnosis } = check;
  if (outcome === "passed") return null;
  if (outcome !== "failed") return { rationale: explainCheck(check, checks) };
  const help = diagnosis?.hint === undefined ? null : neutralise(diagnosis.hint);
  const expected = diagnosis === undefined ? {} : { expected: neutralise(diagnosis.expected) };
  const found = neutralise(foundText(check));
  return { rationale: found, help, ...expected, ...(diagnosis === undefined ? {} : { actual: found }) };
}

function resultOf(check: CheckResult, checks: readonly CheckResult[], dependency: string | null) {
  const { id, title, outcome, points, earned, diagnosis } = check;
  const log = (diagnosis?.transcript ?? []).map(({ call, answer }) => neutralise(`${call}: ${answer}`));
  return {
    name: titleText(id, title),
    description: titleText(title, id),
    passed: outcome === "passed" ? true : outcome === "failed" ? false : null,
    log,
    cause: causeOf(check, checks),
    data: { points, earned, outcome },
    dependency: check.blockedBy ?? dependency,
  };
}

function policyResult({ findings }: Result) {
  const refusals = findings.filter(({ severity }) => severity === "refuse");
  const lines = (texts: string[]) => texts.map((text) => neutralise(text)).join("\n");
  return {
    name: POLICY,
    description: "Nothing in the submission is refused",
    passed: false,
    log: [],
    cause: {
      rationale: lines(refusals.map(({ place, message }) => `${formatPlace(place)}: ${message}`)),
      help: lines(refusals.map(({ remedy }) => remedy)),
    },
    data: {},
    dependency: null,
  };
}

/**
 * A result as `check50 --output json` writes one: `passed` is null for what was not tried. A fault has `error`
 * in place of `results`, with the checks as far as they came in its data. A refusal is a failed check named `policy`.
 * Source: cs50.readthedocs.io, check50, JSON specification.
 */
export function renderCheck50(results: readonly Result[]): string {
  const result = onlyResult(results, "check50");
  const { checks, lab, verdict, fault } = result;
  const refused = verdict === "refused";
  const list = [
    ...(refused ? [policyResult(result)] : []),
    ...checks.map((check) => resultOf(check, checks, refused ? POLICY : null)),
  ];
  const slug = titleText(lab.id, lab.title);
  if (verdict !== "fault") return writeJson({ slug, results: list, version: VERSION });
  const error = {
    type: neutralise(fault?.code ?? "FAULT"),
    value: `${neutralise(runFaultText(result))}. ${NO_POINTS_LOST}`,
    traceback: [],
    data: { results: list },
  };
  return writeJson({ slug, error, version: VERSION });
}
