export { differenceOf } from "./difference.ts";
export { equivalentReasons } from "./equivalents.ts";
export { generateMutants, type Mutant } from "./generate.ts";
export type { Source } from "./operator.ts";
export { sampleMutants, selectMutants } from "./select.ts";
export { readMutationSource } from "./source.ts";
