import type { Result } from "@compose-labs/lab";
import { formatPlace } from "@compose-labs/lab/errors";
import { explainFinding } from "./failure-text.ts";
import { markOf } from "./mark.ts";
import { neutralise } from "./neutralise.ts";
import { hiddenText, outcomesText, repeatCommand, standInsText, sumUp, wasTried } from "./wording.ts";

/**
 * What there is to say of a whole run, as plain lines, neutralised: the verdict, why there is no mark, findings,
 * hidden checks, stand-ins, how to repeat it. For forms that have one text beside their tests.
 */
export function verdictText(result: Result): string {
  const { none } = markOf(result);
  const hidden = hiddenText(result);
  const standIns = standInsText(result);
  const lines = [
    sumUp(result).text,
    ...(none === undefined ? [] : [`no mark: ${none}`]),
    ...(result.fault?.hint === undefined ? [] : [result.fault.hint]),
    ...result.findings.map((finding) => {
      const word = finding.severity === "refuse" ? "refused" : "note";
      return `${word}: ${formatPlace(finding.place)}: ${explainFinding(finding)} (${finding.code})`;
    }),
    ...(hidden === undefined ? [] : [hidden]),
    ...(wasTried(result) ? [outcomesText(result)] : []),
    ...(standIns === undefined ? [] : [standIns]),
    ...(wasTried(result) ? [`repeat it: ${repeatCommand(result)}`] : []),
  ];
  return lines.map((line) => neutralise(line)).join("\n");
}
