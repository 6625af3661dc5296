import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckContext } from "../../src/context.ts";
import { CheckFailure, defineChecks, LabError, type Rubric, structureTests } from "../../src/index.ts";
import type { StructureTestsOptions } from "../../src/structure-tests/structure-tests.ts";
import type { StructureSubject } from "../../src/structure-tests/subject.ts";

const HEAD = 'schemaVersion: "2.0.0"\n';
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "structure-tests-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rubric(yaml: string, options: Partial<StructureTestsOptions> = {}): Promise<Rubric> {
  await writeFile(join(folder, "image.yaml"), HEAD + yaml);
  const from = pathToFileURL(join(folder, "checks.ts")).href;
  return defineChecks(({ check }) => {
    structureTests("image.yaml", { check, from, service: "web", points: 5, ...options });
  });
}

/** An image told as data: what the engine would answer. */
function subject(asked: string[]): StructureSubject {
  return {
    async config() {
      asked.push("config");
      return {
        env: { APP: "/app" },
        entrypoint: [],
        cmd: ["run"],
        exposedPorts: [],
        labels: {},
        workingDir: "/",
        volumes: [],
        user: "",
      };
    },
    async stat(path) {
      asked.push(`stat ${path}`);
      return path === "/app/a" ? { type: "file", mode: 0o644, uid: 0, gid: 0, link: undefined } : undefined;
    },
    read: async () => Buffer.from("text"),
    folders: async () => undefined,
    async run(commands) {
      asked.push(...commands.map(({ command }) => command.join(" ")));
      return commands.map(() => ({ exitCode: 0, stdout: "out\n", stderr: "", ms: 1 }));
    },
  };
}

/** A run's context as far as these checks use it. */
function contextOf(asked: string[]): CheckContext {
  const examine: ReturnType<CheckContext["image"]>["examine"] = (what, ask) => {
    asked.push(what);
    return ask(subject(asked));
  };
  return { model: { services: {} }, image: () => ({ examine }) } as unknown as CheckContext;
}

async function failureOf(of: Rubric, id: string, context: CheckContext) {
  try {
    await of.checks.find((check) => check.id === id)?.body(context);
    return undefined;
  } catch (error) {
    if (error instanceof CheckFailure) return error.failure;
    throw error;
  }
}

describe("structureTests", () => {
  const YAML = `commandTests: [{name: Says out, command: say, args: [$APP], expectedOutput: [ou]}, {name: says out, command: b, expectedOutput: [no]}]
fileExistenceTests: [{name: "a: there!", path: $APP/a, permissions: -rwxr-xr-x}]
metadataTest: {cmd: [run]}
licenseTests: [{debian: false}]
`;

  test("makes a check of each test, in their order", async () => {
    const { checks } = await rubric(YAML, { hints: { "Says out": ["Look."] }, timeout: 3, prefix: "web-image" });
    expect(
      checks.map(({ id, title, points, hints, at, timeout }) => ({ id, title, points, hints, at, timeout })),
    ).toEqual([
      { id: "web-image-says-out", title: "Says out", points: 5, hints: ["Look."], at: "services.web", timeout: 18 },
      { id: "web-image-says-out-2", title: "says out", points: 5, hints: [], at: "services.web", timeout: 18 },
      { id: "web-image-a-there", title: "a: there!", points: 5, hints: [], at: "services.web", timeout: 20 },
      expect.objectContaining({ id: "web-image-the-image-is-configured-as-the-task-says" }),
      expect.objectContaining({ id: "web-image-the-licences-in-the-image-are-allowed" }),
    ]);
  });

  test("asks once for a run, and fails with what was found and expected", async () => {
    const made = await rubric(YAML);
    const asked: string[] = [];
    const context = contextOf(asked);
    expect(await failureOf(made, "image-says-out", context)).toBeUndefined();
    expect(await failureOf(made, "image-says-out-2", context)).toEqual({
      code: "STRUCTURE_TEST_FAILED",
      found: "`out\n` in stdout",
      expected: "a match of /no/",
      at: "services.web",
      log: "out\n",
    });
    expect(await failureOf(made, "image-a-there", context)).toEqual({
      code: "STRUCTURE_TEST_FAILED",
      found: "/app/a with the permissions -rw-r--r--",
      expected: "-rwxr-xr-x",
      at: "services.web",
    });
    expect(await failureOf(made, "image-the-image-is-configured-as-the-task-says", context)).toBeUndefined();
    const asking = asked.filter((entry) => !entry.startsWith("config"));
    expect(asking).toEqual(["command tests", "say /app", "b", "tests of files and configuration", "stat /app/a"]);
    await failureOf(made, "image-says-out", contextOf(asked));
    expect(asked.filter((entry) => entry === "command tests")).toHaveLength(2);
  });

  test("a broken expression is the lab's mistake and no student's", async () => {
    const made = await rubric('commandTests: [{name: a, command: b, excludedOutput: ["["]}]');
    await expect(failureOf(made, "image-a", contextOf([]))).rejects.toThrow(
      /^the test "a" cannot be made: found the broken expression \/\[\//,
    );
  });

  test("points by kind", async () => {
    const { checks } = await rubric("licenseTests: [{debian: false}]", { points: { licenseTests: 2 } });
    expect(checks[0]?.points).toBe(2);
    await expect(rubric(YAML, { points: { commandTests: 1 } })).rejects.toMatchObject({
      code: "STRUCTURE_POINTS",
      message: "image.yaml: found no points for `fileExistenceTests`, expected some",
      hint: "Add `fileExistenceTests` to the points, or give one number for all.",
    });
  });

  test.each([
    ["", "image.yaml: found no test, expected at least one"],
    ["commandTests: [{name: a}]", "image.yaml: `commandTests.0`: found no `command`, expected the program to run"],
    ["fileContentTests: [{path: /a}]", "image.yaml: `fileContentTests.0`: found no `name`, expected one"],
    [
      "metadataTest: {volumes: ['']}",
      "image.yaml: `metadataTest.0`: found an empty entry of `volumes`, expected a path",
    ],
    [
      "metadataTest: {labels: [{value: x}]}",
      "image.yaml: `metadataTest.0`: found an entry of `labels` without a key, expected one",
    ],
    [
      "metadataTest: {exposedPorts: ['']}",
      "image.yaml: `metadataTest.0`: found an empty entry of `exposedPorts`, expected a port",
    ],
  ])("%j is the lab's mistake", async (yaml, message) => {
    await expect(rubric(yaml)).rejects.toMatchObject({ code: "STRUCTURE_FILE", message });
  });

  test.each(["privileged: true", "capabilities: [a]", "bindMounts: [/:/x]", "envFile: x", "envVars: [HOME]"])(
    "a lab may not give a submission %s",
    async (option) => {
      const error = await rubric(`licenseTests: [{}]\ncontainerRunOptions: {${option}}`).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(LabError);
      expect(error).toMatchObject({ kind: "usage", code: "STRUCTURE_OPTION" });
      expect(error.message).toMatch(/^image\.yaml: found `containerRunOptions\.\w+`, expected only `user` and/);
    },
  );

  test("a file that is missing is named", () => {
    const from = pathToFileURL(join(folder, "checks.ts")).href;
    expect(() =>
      defineChecks(({ check }) => {
        structureTests("none.yaml", { check, from, service: "web", points: 1 });
      }),
    ).toThrow("none.yaml: found no readable file beside checks.ts, expected tests");
  });
});
