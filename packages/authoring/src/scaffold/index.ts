export { completeAnswers, type Said } from "./ask.ts";
export { newLabFiles } from "./new-lab.ts";
