import { runCommandTests, withGlobals } from "./command-tests.ts";
import { runContentTest, runExistenceTest } from "./file-tests.ts";
import { runLicenseTest } from "./license-test.ts";
import { judgeMetadata } from "./metadata-test.ts";
import { isEmptyMetadata, metadataProblems } from "./problems.ts";
import type { StructureSubject, SubjectConfig } from "./subject.ts";
import type { StructureTestFile } from "./test-file.ts";
import { type StructureTestResult, verdict } from "./verdict.ts";

/** Makes every test of a file, and answers in the original's order: commands, contents, existence, metadata, licences. */
export async function runStructureTests(
  file: StructureTestFile,
  subject: StructureSubject,
): Promise<StructureTestResult[]> {
  const commands = runCommandTests(file, subject);
  commands.catch(() => undefined); // awaited below, after what needs no container
  const { env } = await subject.config();
  const known = withGlobals(env, file.globalEnvVars);
  // One after the other, so that the time of each is its own.
  const rest: StructureTestResult[] = [];
  for (const test of file.fileContentTests) rest.push(await runContentTest(test, known, subject));
  for (const test of file.fileExistenceTests) rest.push(await runExistenceTest(test, known, subject));
  rest.push(...(await runMetadataTest(file, subject)));
  for (const test of file.licenseTests) rest.push(await runLicenseTest(test, subject));
  return [...(await commands), ...rest];
}

/** None where nothing is asked. */
async function runMetadataTest(file: StructureTestFile, subject: StructureSubject): Promise<StructureTestResult[]> {
  const test = file.metadataTest;
  if (isEmptyMetadata(test)) return [];
  const from = performance.now();
  const problems = metadataProblems(test);
  const messages = problems.length > 0 ? problems : judgeMetadata(test, configAsOriginal(file, await subject.config()));
  return [verdict("metadataTest", "Metadata Test", messages, from)];
}

/**
 * With `globalEnvVars` the original tests an image that it has committed from a container with those variables, no
 * entry point and a command that says it must not be run; so its verdict on `cmd` and `entrypoint` is on these.
 */
function configAsOriginal({ globalEnvVars }: StructureTestFile, config: SubjectConfig): SubjectConfig {
  if (globalEnvVars.length === 0) return config;
  const env = withGlobals(config.env, globalEnvVars);
  return { ...config, env, entrypoint: [], cmd: ["NOOP_COMMAND_DO_NOT_RUN"] };
}
