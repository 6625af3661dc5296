import { expandVariables } from "./expand.ts";
import { checkPatterns } from "./pattern.ts";
import { commandProblems } from "./problems.ts";
import type { StructureSubject, SubjectAnswer, SubjectCommand } from "./subject.ts";
import type { CommandTest, StructureTestFile, Variable } from "./test-file.ts";
import { type StructureTestResult, verdict } from "./verdict.ts";

/** The image's environment with the file's `globalEnvVars`, each expanded from the image's own. */
export function withGlobals(env: Record<string, string>, variables: Variable[]): Record<string, string> {
  return { ...env, ...expandAll(variables, env) };
}

function expandAll(variables: Variable[], env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(variables.map(({ key = "", value = "" }) => [key, expandVariables(value, env)]));
}

/**
 * What is run for a test. Values of `envVars` are expanded for `setup` and not for the command itself, and the words
 * of the command are expanded from the image, the globals, and `envVars` where there is a `setup`: as in the original.
 */
function commandOf(test: CommandTest, env: Record<string, string>, variables: Variable[]): SubjectCommand {
  const globals = expandAll(variables, env);
  const known = { ...env, ...globals };
  const setup = test.setup ?? [];
  const setupEnv = expandAll(test.envVars ?? [], known);
  const seen = setup.length > 0 ? { ...known, ...setupEnv } : known;
  const own = Object.fromEntries((test.envVars ?? []).map(({ key = "", value = "" }) => [key, value]));
  return {
    command: [test.command ?? "", ...(test.args ?? [])].map((word) => expandVariables(word, seen)),
    env: { ...globals, ...own },
    setup: { commands: setup, env: { ...globals, ...setupEnv } },
  };
}

/** What the answer lacks of what the test expects; empty when nothing. */
function judgeCommand(test: CommandTest, answer: SubjectAnswer): string[] {
  if ("problem" in answer) return [answer.problem];
  const expected = test.exitCode ?? 0;
  return [
    ...checkPatterns("stderr", answer.stderr, { expected: test.expectedError, excluded: test.excludedError }),
    ...checkPatterns("stdout", answer.stdout, { expected: test.expectedOutput, excluded: test.excludedOutput }),
    ...(answer.exitCode === expected ? [] : [`found exit code ${answer.exitCode}, expected ${expected}`]),
  ];
}

export async function runCommandTests(
  file: StructureTestFile,
  subject: StructureSubject,
): Promise<StructureTestResult[]> {
  const sound = file.commandTests.filter((test) => commandProblems(test).length === 0);
  const answers =
    sound.length === 0 ? new Map<CommandTest, SubjectAnswer | undefined>() : await answersTo(sound, file, subject);
  return file.commandTests.map((test) => {
    const answer = answers.get(test);
    if (answer === undefined) return verdict("commandTests", test.name ?? "", commandProblems(test), performance.now());
    const output = "problem" in answer ? {} : { stdout: answer.stdout, stderr: answer.stderr };
    const name = `Command Test: ${test.name}`;
    return verdict("commandTests", name, judgeCommand(test, answer), 0, { ...output, ms: answer.ms });
  });
}

/** No test fails on the word of a shared container: it is asked again in one of its own, as the original asks it. */
async function answersTo(tests: CommandTest[], file: StructureTestFile, subject: StructureSubject) {
  const { env } = await subject.config();
  const commands = tests.map((test) => commandOf(test, env, file.globalEnvVars));
  const answers = await subject.run(commands);
  const doubtful = [...tests.keys()].filter((index) => {
    const [test, answer] = [tests[index], answers[index]];
    return test && answer && "shared" in answer && answer.shared && judgeCommand(test, answer).length > 0;
  });
  const again = await subject.run(
    commands.filter((_, index) => doubtful.includes(index)),
    { alone: true },
  );
  const sure = answers.map((answer, index) => (doubtful.includes(index) ? again[doubtful.indexOf(index)] : answer));
  return new Map(tests.map((test, index) => [test, sure[index]] as const));
}
