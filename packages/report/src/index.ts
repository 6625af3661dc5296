export { type MutantOutcome, type MutationReport, mutationScore } from "./mutation.ts";
export { type NeutraliseOptions, neutralise } from "./neutralise.ts";
export type { PageOptions } from "./page.ts";
export { caseTitle, isAsItMustBe, type ProofCase, type ProofFlake, type ProofKind, type ProofReport } from "./proof.ts";
export { renderJson } from "./render-json.ts";
export { renderMutation } from "./render-mutation.ts";
export { type Preview, renderCheckPreview, renderPreview } from "./render-preview.ts";
export { renderProof } from "./render-proof.ts";
export {
  renderStructureJson,
  renderStructureJunit,
  renderStructureText,
  type StructureTestRun,
} from "./render-structure-tests.ts";
export { renderTerminal, type TerminalOptions } from "./render-terminal.ts";
export { renderStack } from "./stack-drawing.ts";
