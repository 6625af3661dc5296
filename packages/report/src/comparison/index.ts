export { type Comparison, compareResults, type Difference } from "./compare-results.ts";
export { renderComparison } from "./render-comparison.ts";
