import { matchAny } from "@compose-labs/submission";
import { inLab, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

const TOP =
  /^(package\.json|lab\.yaml|README\.md|checks\.ts|hidden\.ts|mutants\.yaml|(starter|reference|alternatives|mutants)\/.+)$/;
const LEFT_BY_TOOLS =
  /(^|\/)(\.DS_Store|Thumbs\.db|[^/]*~|\.#[^/]*|#[^/]*#|[^/]*\.(swp|swo|orig|rej|bak|pyc|log)|__pycache__\/.*|\.git\/.*|\.vscode\/.*|\.idea\/.*)$/;

/** Files that belong to nothing, and files of solutions that are never graded. */
export function checkStray(facts: LabFacts, report: Report): void {
  const { manifest, sources } = facts;
  const named = new Set(
    sources.flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === "string").map(({ value }) => value)),
  );
  const isTaken = matchAny([
    ...(manifest?.submission.files ?? []),
    ...(manifest?.given ?? []),
    ...(manifest?.canaries ?? []),
  ]);
  for (const path of facts.files.keys()) {
    // Modules and data that checks name belong to it.
    const isNamed = named.has(path) || named.has(`./${path}`);
    if ((!TOP.test(path) && !isNamed) || LEFT_BY_TOOLS.test(path)) {
      report("stray.file", { path }, inLab(facts, path), path);
      continue;
    }
    const [, inside] = /^(?:reference|alternatives\/[^/]+|mutants\/[^/]+)\/(.+)$/.exec(path) ?? [];
    if (manifest === undefined || inside === undefined || isTaken(inside)) continue;
    report("stray.ignored", { path }, inLab(facts, path), path);
  }
}
