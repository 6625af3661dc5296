export type StructureTestKind =
  | "commandTests"
  | "fileContentTests"
  | "fileExistenceTests"
  | "metadataTest"
  | "licenseTests";

/** What became of one test. */
export interface StructureTestResult {
  kind: StructureTestKind;
  /** `Command Test: <name>` and its like, as the original names them. */
  name: string;
  pass: boolean;
  /** What was found and expected, one for each reason it did not pass. */
  messages: string[];
  /** Of a command. */
  stdout: string;
  stderr: string;
  /** Milliseconds. */
  ms: number;
}

export function verdict(
  kind: StructureTestKind,
  name: string,
  messages: string[],
  from: number,
  output: { stdout?: string; stderr?: string; ms?: number } = {},
): StructureTestResult {
  const { stdout = "", stderr = "", ms = performance.now() - from } = output;
  return { kind, name, pass: messages.length === 0, messages, stdout, stderr, ms };
}
