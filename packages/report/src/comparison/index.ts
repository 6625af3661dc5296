export { type Comparison, compareResults } from "./compare-results.ts";
export type { Difference } from "./difference.ts";
export { renderComparison } from "./render-comparison.ts";
