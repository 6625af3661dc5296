export { runStructureTests } from "./run-tests.ts";
export type { StructureSubject, SubjectAnswer, SubjectCommand, SubjectConfig, SubjectEntry } from "./subject.ts";
export { type ContainerRunOptions, parseStructureTests, type StructureTestFile } from "./test-file.ts";
export type { StructureTestKind, StructureTestResult } from "./verdict.ts";
