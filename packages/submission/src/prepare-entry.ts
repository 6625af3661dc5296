/** From the folder to the model: what a grading needs first. The rest of the package is loaded while Compose is at work. */
export { type PreparedSubmission, prepareSubmission } from "./prepare.ts";
