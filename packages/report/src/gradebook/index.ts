export { type Attempt, type Gradebook, type GradebookLab, makeGradebook, type Student } from "./gradebook.ts";
export { GRADEBOOK_FORMATS, type GradebookFormat, renderGradebook } from "./render-gradebook.ts";
