import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { AddCheck, Check } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { usageError } from "../errors.ts";
import { ensure } from "../failure.ts";
import type { ComposeModel } from "../model.ts";
import { listTests, type NamedTest } from "./list-tests.ts";
import type { StructureTestFile } from "./test-file.ts";
import type { StructureTestKind, StructureTestResult } from "./verdict.ts";

/** Loaded for labs that have such files only; `defineChecks` cannot wait, and this is how a module comes at once. */
const loadParser = () => createRequire(import.meta.url)("./parse-tests.ts") as typeof import("./parse-tests.ts");

export interface StructureTestsOptions {
  /** The function that `defineChecks` gives. */
  check: AddCheck;
  /** `import.meta.url` of `checks.ts`; the file lies relative to it. */
  from: string;
  /** The service whose image is tested. */
  service: string;
  /** Of each test, or of each test of a kind: `{ commandTests: 10, fileExistenceTests: 5 }`. */
  points: number | Partial<Record<StructureTestKind, number>>;
  /** Before the test's name in the ids of the checks. Default `image`. */
  prefix?: string;
  /** Checks that must pass first. */
  needs?: Check[];
  /** By the name of the test. */
  hints?: Record<string, string[]>;
  /** Seconds that one command may take. Default 10. */
  timeout?: number;
}

/**
 * Makes a check of each test in a file of container-structure-test, in its order: the title is the test's name, the id
 * is made from it (`image-runs-as-app`). To be called within `defineChecks`. All files and all commands are asked once
 * for a run, whichever check is first. Throws a usage error with `file:line:column` for a file that is wrong, for tests
 * that could not be made, for a kind without points and for options of containers that no submission may have.
 *
 * ```ts
 * structureTests("image.yaml", { check, from: import.meta.url, service: "web", points: 5 });
 * ```
 */
export function structureTests(file: string, options: StructureTestsOptions): Check[] {
  const path = fileURLToPath(new URL(file, options.from));
  const tests = readTests(path, file);
  const { service, needs = [], hints = {}, timeout = 10, prefix = "image", check } = options;
  const commands = askOnce(tests, { service, timeout, commands: true });
  const rest = askOnce(tests, { service, timeout, commands: false });
  const taken = new Set<string>();
  return listTests(tests, file).map((test) => {
    const isCommand = test.kind === "commandTests";
    const results = isCommand ? commands : rest;
    const seconds = isCommand ? timeout * 2 * (tests.commandTests.length + 1) : 20;
    const details = {
      title: test.title,
      points: pointsOf(options.points, test, file),
      needs,
      hints: hints[test.title] ?? [],
      at: `services.${service}`,
      timeout: seconds,
    };
    return check(idOf(`${prefix}-${test.title}`, taken), details, async (context) => {
      const result = (await results(context)).filter(({ kind }) => kind === test.kind)[test.index];
      report(result, test, service);
    });
  });
}

function readTests(path: string, shown: string): StructureTestFile {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (cause) {
    throw usageError("FILE_MISSING", `${shown}: found no readable file beside checks.ts, expected tests`, {
      hint: "Correct the name, or write the file.",
      cause,
    });
  }
  return loadParser().parseStructureTests(content, basename(path));
}

/** One answer for each run, which its model stands for; another check asks again where the first was interrupted. */
function askOnce(tests: StructureTestFile, options: { service: string; timeout: number; commands: boolean }) {
  const { service, timeout, commands } = options;
  const part: StructureTestFile = commands
    ? { ...tests, fileContentTests: [], fileExistenceTests: [], metadataTest: {}, licenseTests: [] }
    : { ...tests, commandTests: [] };
  const { user, allocateTty: tty } = tests.containerRunOptions;
  const answers = new WeakMap<ComposeModel, Promise<StructureTestResult[]>>();
  return (context: CheckContext): Promise<StructureTestResult[]> => {
    const known = answers.get(context.model);
    if (known !== undefined) return known;
    const asked = ask(context).catch((error: unknown) => {
      answers.delete(context.model);
      throw error;
    });
    answers.set(context.model, asked);
    return asked;
  };
  async function ask(context: CheckContext): Promise<StructureTestResult[]> {
    // With RE2, which nothing but a run needs.
    const { runStructureTests } = await import("./run-tests.ts");
    const what = commands ? "command tests" : "tests of files and configuration";
    const from = { user: user || undefined, tty, timeout };
    return context.image(service).examine(what, (subject) => runStructureTests(part, subject), from);
  }
}

function pointsOf(points: StructureTestsOptions["points"], { kind }: NamedTest, file: string): number {
  const own = typeof points === "number" ? points : points[kind];
  if (own !== undefined) return own;
  throw usageError("STRUCTURE_POINTS", `${file}: found no points for \`${kind}\`, expected some`, {
    hint: `Add \`${kind}\` to the points, or give one number for all.`,
  });
}

/** Kebab-case of a name; a second one of the same name gets a number. */
function idOf(name: string, taken: Set<string>): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  let id = words;
  for (let number = 2; taken.has(id); number += 1) id = `${words}-${number}`;
  taken.add(id);
  return id;
}

function report(result: StructureTestResult | undefined, { title }: NamedTest, service: string): void {
  const broken = result?.messages.find((message) => message.startsWith("found the broken expression"));
  if (result === undefined || broken !== undefined) {
    throw new TypeError(`the test "${title}" cannot be made: ${broken ?? "it was not asked"}`);
  }
  const output = [result.stdout, result.stderr].filter((text) => text.trim() !== "").join("\n");
  ensure(result.pass, {
    code: "STRUCTURE_TEST_FAILED",
    ...foundAndExpected(result.messages),
    at: `services.${service}`,
    ...(output === "" ? {} : { log: output.slice(-4_000) }),
  });
}

/** Each message reads "found …, expected …". */
function foundAndExpected(messages: string[]): { found: string; expected: string } {
  const parts = messages.map((message) => {
    const at = message.lastIndexOf(", expected ");
    return at < 0 ? { found: message } : { found: message.slice(0, at), expected: message.slice(at + 11) };
  });
  const found = parts.map((part) => part.found.replace(/^found /, "")).join("; ");
  return { found, expected: [...new Set(parts.flatMap(({ expected }) => expected ?? []))].join("; ") };
}
