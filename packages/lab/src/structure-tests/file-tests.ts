import { expandVariables } from "./expand.ts";
import { formatGoMode } from "./go-mode.ts";
import { checkPatterns } from "./pattern.ts";
import { fileProblems } from "./problems.ts";
import type { StructureSubject, SubjectEntry } from "./subject.ts";
import type { FileContentTest, FileExistenceTest } from "./test-file.ts";
import { type StructureTestResult, verdict } from "./verdict.ts";

const EXECUTABLE: Record<string, number> = { any: 0o111, owner: 0o100, group: 0o010, other: 0o001 };

export async function runExistenceTest(
  test: FileExistenceTest,
  env: Record<string, string>,
  subject: StructureSubject,
): Promise<StructureTestResult> {
  const from = performance.now();
  const problems = fileProblems(test);
  if (problems.length > 0) return verdict("fileExistenceTests", test.name ?? "", problems, from);
  const path = expandVariables(test.path ?? "", env);
  const messages = judgeExistence(test, path, await subject.stat(path));
  return verdict("fileExistenceTests", `File Existence Test: ${test.name}`, messages, from);
}

function judgeExistence(test: FileExistenceTest, path: string, entry: SubjectEntry | undefined): string[] {
  if (!test.shouldExist) return entry === undefined ? [] : [`found ${path}, expected no such file`];
  if (entry === undefined) return [`found no ${path || "file at the empty path"}, expected it to exist`];
  const messages: string[] = [];
  const mode = formatGoMode(entry);
  if (test.permissions && test.permissions !== mode) {
    messages.push(`found ${path} with the permissions ${mode}, expected ${test.permissions}`);
  }
  if (test.isExecutableBy) {
    const bits = EXECUTABLE[test.isExecutableBy];
    if (bits === undefined) {
      messages.push(`found \`isExecutableBy: ${test.isExecutableBy}\`, expected owner, group, other or any`);
    } else if ((entry.mode & bits) === 0) {
      messages.push(`found ${path} with the permissions ${mode}, expected it executable by ${test.isExecutableBy}`);
    }
  }
  for (const key of ["uid", "gid"] as const) {
    const wanted = test[key] ?? -1;
    if (wanted !== -1 && wanted !== entry[key]) {
      messages.push(`found ${path} with ${key} ${entry[key]}, expected ${wanted}`);
    }
  }
  return messages;
}

export async function runContentTest(
  test: FileContentTest,
  env: Record<string, string>,
  subject: StructureSubject,
): Promise<StructureTestResult> {
  const from = performance.now();
  const problems = fileProblems(test);
  if (problems.length > 0) return verdict("fileContentTests", test.name ?? "", problems, from);
  const path = expandVariables(test.path ?? "", env);
  const content = await readAsOriginal(subject, path);
  const messages =
    typeof content === "string"
      ? [content]
      : checkPatterns(path, content.toString("utf8"), {
          expected: test.expectedContents,
          excluded: test.excludedContents,
        });
  return verdict("fileContentTests", `File Content Test: ${test.name}`, messages, from);
}

/**
 * A file's bytes, or why there are none. A link is followed as the original does it: what is written in it is taken
 * from the root, so a relative one is found only where that leads to the same file.
 */
export async function readAsOriginal(subject: StructureSubject, path: string): Promise<Buffer | string> {
  let at = path;
  for (let links = 0; links < 16; links += 1) {
    const entry = await subject.stat(at);
    if (entry === undefined) return `found no ${at}, expected a file to read`;
    if (entry.type === "directory") return `found that ${at} is a directory, expected a file to read`;
    if (entry.type === "link") {
      at = entry.link ?? "";
      continue;
    }
    try {
      return (await subject.read(at)) ?? `found no ${at}, expected a file to read`;
    } catch (error) {
      if (error instanceof RangeError) return error.message;
      throw error;
    }
  }
  return `found links that lead in a circle from ${path}, expected a file to read`;
}
