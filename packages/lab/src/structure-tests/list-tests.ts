import { usageError } from "../errors.ts";
import { commandProblems, fileProblems, isEmptyMetadata, metadataProblems } from "./problems.ts";
import type { StructureTestFile } from "./test-file.ts";
import type { StructureTestKind } from "./verdict.ts";

/** A test as a check shows it. */
export interface NamedTest {
  kind: StructureTestKind;
  /** Among those of its kind. */
  index: number;
  title: string;
}

/** Every test of a lab's file in the order of its results; throws a usage error for what no lab may ask. */
export function listTests(file: StructureTestFile, shown: string): NamedTest[] {
  refuseOptions(file, shown);
  const named: NamedTest[] = [];
  const add = (kind: StructureTestKind, index: number, title: string, problems: string[]) => {
    if (problems[0] !== undefined) throw unsound(shown, `${kind}.${index}`, problems[0]);
    named.push({ kind, index, title });
  };
  for (const [at, test] of file.commandTests.entries()) add("commandTests", at, test.name ?? "", commandProblems(test));
  for (const [at, test] of file.fileContentTests.entries()) {
    add("fileContentTests", at, test.name ?? "", fileProblems(test));
  }
  for (const [at, test] of file.fileExistenceTests.entries()) {
    add("fileExistenceTests", at, test.name ?? "", fileProblems(test));
  }
  if (!isEmptyMetadata(file.metadataTest)) {
    add("metadataTest", 0, "The image is configured as the task says", metadataProblems(file.metadataTest));
  }
  for (const at of file.licenseTests.keys()) add("licenseTests", at, "The licences in the image are allowed", []);
  if (named.length > 0) return named;
  throw unsound(shown, "", "found no test, expected at least one");
}

function unsound(shown: string, name: string, problem: string): Error {
  return usageError("STRUCTURE_FILE", `${shown}: ${name === "" ? "" : `\`${name}\`: `}${problem}`, {
    hint: "Correct the test; docs/structure-tests.md says what each key means.",
  });
}

/** A submission runs within the lab's bounds, and nothing of the grader's environment goes into it. */
function refuseOptions({ containerRunOptions }: StructureTestFile, shown: string): void {
  for (const key of ["privileged", "capabilities", "bindMounts", "envFile", "envVars"] as const) {
    const value = containerRunOptions[key];
    if (!value || (Array.isArray(value) && value.length === 0)) continue;
    throw usageError(
      "STRUCTURE_OPTION",
      `${shown}: found \`containerRunOptions.${key}\`, expected only \`user\` and \`allocateTty\` in a lab`,
      { hint: "Remove it: a submission gets no more than the lab's bounds. `grader structure-test` alone allows it." },
    );
  }
}
