export type { EarlierLab } from "./facts.ts";
export { LINT_CODES, type LintCode, type LintFinding } from "./finding.ts";
export { lintLab } from "./lint-lab.ts";
export { type ReadFactsOptions, readFacts } from "./read-facts.ts";
export { fixRubric } from "./rubric-table.ts";
