import type { LabFacts } from "./facts.ts";
import { collectLint, LINT_CODES, type LintFinding } from "./finding.ts";
import { checkPointsAndHints } from "./rules/hint-rules.ts";
import { checkIds } from "./rules/id-rules.ts";
import { checkImages } from "./rules/image-rules.ts";
import { checkManifest } from "./rules/manifest-rules.ts";
import { checkPaths } from "./rules/path-rules.ts";
import { checkProof } from "./rules/proof-rules.ts";
import { checkDemandsOfSource } from "./rules/source-demand-rules.ts";
import { checkSurroundings } from "./rules/source-surroundings-rules.ts";
import { checkTime } from "./rules/source-time-rules.ts";
import { checkVacuous } from "./rules/source-vacuous-rules.ts";
import { checkStray } from "./rules/stray-rules.ts";
import { checkTask } from "./rules/task-rules.ts";

/** Everything that is wrong with a lab as it stands there, without running it, by place. Pure. */
export function lintLab(facts: LabFacts): LintFinding[] {
  const collected = collectLint();
  const { report } = collected;
  for (const rule of [
    checkManifest,
    checkIds,
    checkPaths,
    checkImages,
    checkPointsAndHints,
    checkTask,
    checkProof,
    checkStray,
  ]) {
    rule(facts, report);
  }
  for (const source of facts.sources) {
    checkVacuous(source, facts.rubric, report);
    checkDemandsOfSource(source, report);
    checkTime(source, report);
    checkSurroundings(source, report);
  }
  return withoutExceptions(facts, collected.findings).sort(byPlace);
}

/** Takes away what lab.yaml makes an exception of; an exception that takes away nothing is a finding itself. */
function withoutExceptions(facts: LabFacts, findings: LintFinding[]): LintFinding[] {
  const exceptions = facts.manifest?.lint.ignore ?? [];
  const left = findings.filter((finding) => !exceptions.some((exception) => covers(exception, finding)));
  return [...left, ...findWrongExceptions(facts, findings)];
}

interface Exception {
  code: string;
  about?: string | undefined;
}

function covers({ code, about }: Exception, finding: LintFinding): boolean {
  return finding.code === code && (about === undefined || finding.about === about);
}

function findWrongExceptions({ manifest, manifestPlace }: LabFacts, findings: LintFinding[]): LintFinding[] {
  const collected = collectLint();
  for (const [index, exception] of (manifest?.lint.ignore ?? []).entries()) {
    const place = manifestPlace(["lint", "ignore", index]);
    const { code } = exception;
    if (!(LINT_CODES as string[]).includes(code)) collected.report("ignore.unknown", { code }, place, code);
    else if (!findings.some((finding) => covers(exception, finding))) {
      collected.report(
        "ignore.unused",
        { code: exception.about === undefined ? code : `${code} (${exception.about})` },
        place,
        code,
      );
    }
  }
  return collected.findings;
}

function byPlace({ place: a }: LintFinding, { place: b }: LintFinding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
