export { codeSpan, escapeMarkdown, fence, proseMarkdown, tableCell } from "./escape-markdown.ts";
export { type Mark, markOf } from "./mark.ts";
export { type MutantOutcome, type MutationReport, mutationScore } from "./mutation.ts";
export { type NeutraliseOptions, neutralise } from "./neutralise.ts";
export type { PageOptions } from "./page.ts";
export {
  caseTitle,
  isAsItMustBe,
  mayFailElsewhere,
  type ProofCase,
  type ProofFlake,
  type ProofKind,
  type ProofReport,
} from "./proof.ts";
export {
  type AnnotationOptions,
  annotatePullRequest,
  renderAnnotations,
} from "./render-annotations.ts";
export type { Classroom50Identity } from "./render-classroom50.ts";
export { renderJson } from "./render-json.ts";
export { type MarkdownOptions, markdownOfResult, renderMarkdown } from "./render-markdown.ts";
export { renderMutation } from "./render-mutation.ts";
export { type Preview, renderCheckPreview, renderPreview } from "./render-preview.ts";
export { renderProof } from "./render-proof.ts";
export { type PullRequestMarkdownOptions, renderPullRequest } from "./render-pull-request.ts";
export { renderPullRequestText } from "./render-pull-request-text.ts";
export {
  renderStructureJson,
  renderStructureJunit,
  renderStructureText,
  type StructureTestRun,
} from "./render-structure-tests.ts";
export { renderTerminal, type TerminalOptions } from "./render-terminal.ts";
export { REPORT_FORMATS, type ReportFormat, type ReportOptions, renderReport } from "./reports.ts";
export { renderStack } from "./stack-drawing.ts";
