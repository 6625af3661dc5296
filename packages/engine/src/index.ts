export { connectEngine, type Engine, type EngineFacts } from "./connect.ts";
export type { RunOptions, StackRun } from "./run.ts";
export { type ComposeTools, findComposeTools } from "./tools.ts";
