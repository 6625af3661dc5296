export { parseStructureTests } from "./parse-tests.ts";
export { runStructureTests } from "./run-tests.ts";
export type { StructureSubject, SubjectAnswer, SubjectCommand, SubjectConfig, SubjectEntry } from "./subject.ts";
export type { ContainerRunOptions, StructureTestFile } from "./test-file.ts";
export type { StructureTestKind, StructureTestResult } from "./verdict.ts";
