export { cutDockerfile, type LogicalLine } from "./dockerfile/lines.ts";
export { readInstruction } from "./dockerfile/parse.ts";
export { FINDING_CODES, type FindingCode } from "./finding/finding.ts";
export type { Places } from "./places.ts";
export { type PreparedSubmission, type PrepareOptions, prepareSubmission } from "./prepare.ts";
export { makeRunModel, type RunModelOptions } from "./run/run-model.ts";
export { sourceLines } from "./source-lines.ts";
export { matchAny } from "./tree/globs.ts";
export { isSkipped } from "./tree/pristine-copy.ts";
