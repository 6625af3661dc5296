import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectEngine, type Engine, openImageSubject } from "@compose-labs/engine";
import { parseStructureTests, runStructureTests } from "@compose-labs/lab/structure-tests";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changedLab, checkJson, runCli, submission, temporaryFolder } from "./run-cli.ts";
import { COMMAND_CASES, FILE_CASES, fileOf, METADATA_CASES, SETUP_CASES } from "./structure-test-cases.ts";
import { buildTestImages, type TestImages } from "./structure-test-image.ts";

const LABEL = `structure-test-${process.pid}`;
let docker: Engine["docker"];
let images: TestImages;
beforeAll(async () => {
  const { signal } = new AbortController();
  docker = (await connectEngine({ signal, environment: process.env })).docker;
  images = await buildTestImages(docker, LABEL);
});
afterAll(() => images[Symbol.asyncDispose]());

interface Ask {
  image?: string;
  file?: string;
  timeout?: number;
  user?: string;
  tty?: boolean;
}

/** Names and verdicts, and that nothing is left. */
async function verdicts(content: string, { image = images.plain, file = "a.yaml", timeout = 20, ...rest }: Ask = {}) {
  const { signal } = new AbortController();
  const labels = { [LABEL]: "" };
  const results = await (async () => {
    await using subject = openImageSubject({ docker, image, labels, hostConfig: {}, timeout, signal, ...rest });
    return await runStructureTests(parseStructureTests(content, file), subject);
  })();
  const filters = { label: [LABEL] };
  expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  expect(await docker.listImages({ filters })).toEqual([]);
  return results;
}

/** What came out, in the form of what the cases expect. */
async function outcome(cases: typeof COMMAND_CASES, more?: string, ask?: Ask) {
  const results = await verdicts(fileOf(cases, more), ask);
  const order = ["commandTests", "fileContentTests", "fileExistenceTests", "licenseTests"];
  const sorted = cases.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return sorted.map(({ rule }, index) => {
    const { pass, messages } = results[index] ?? { pass: undefined, messages: [] };
    return { rule, pass, told: messages.length > 0 };
  });
}

function expected(cases: typeof COMMAND_CASES) {
  return cases.map(({ rule, passes }) => ({ rule, pass: passes, told: !passes }));
}

const byRule = (a: { rule: string }, b: { rule: string }) => a.rule.localeCompare(b.rule);

test("command tests get the verdicts of the original", async () => {
  expect(await outcome(COMMAND_CASES)).toEqual(expected(COMMAND_CASES));
});

test("with a setup, or something left behind, too", async () => {
  expect(await outcome(SETUP_CASES)).toEqual(expected(SETUP_CASES));
});

test("files, their contents and licences too", async () => {
  expect((await outcome(FILE_CASES)).sort(byRule)).toEqual(expected(FILE_CASES).sort(byRule));
});

test.each(METADATA_CASES)("metadata: $rule", async (one) => {
  const [result] = await verdicts(fileOf([one]), { image: images.withVolume });
  expect(result).toMatchObject({ name: "Metadata Test", pass: one.passes });
});

describe("a file's own settings", () => {
  test("globalEnvVars are expanded from the image and set for every test", async () => {
    const results = await verdicts(`schemaVersion: "2.0.0"
globalEnvVars: [{key: DATA, value: $APP/data.txt}, {key: PATH, value: "/more:$PATH"}]
commandTests:
- {name: word, command: cat, args: [$DATA], expectedOutput: [one]}
- {name: path, command: env, expectedOutput: ["PATH=/more:/usr/local/sbin"]}
fileExistenceTests: [{name: path, path: $DATA}]
metadataTest: {envVars: [{key: DATA, value: /app/data.txt}], cmd: [--serve, now]}
`);
    // As in the original, the image that is asked then has no command of its own any more.
    expect(results.map(({ pass }) => pass)).toEqual([true, true, true, false]);
    expect(results[3]?.messages).toEqual(['found cmd ["NOOP_COMMAND_DO_NOT_RUN"], expected ["--serve","now"]']);
  });

  test("JSON has no defaults: a file must not exist, and belongs to root", async () => {
    const tests = [
      { name: "must not exist", path: "/app/data.txt" },
      { name: "root's", path: "/app/data.txt", shouldExist: true },
      { NAME: "keys in any case", Path: "/app/run.sh", shouldexist: true, unknown: 1 },
    ];
    const content = JSON.stringify({ schemaVersion: "2.0.0", fileExistenceTests: tests });
    const results = await verdicts(content, { file: "a.json" });
    expect(results.map(({ pass }) => pass)).toEqual([false, false, true]);
  });

  test("user and terminal", async () => {
    const content = `schemaVersion: "2.0.0"
commandTests:
- {name: user, command: id, args: [-u], expectedOutput: ["^0"]}
- {name: terminal, command: sh, args: [-c, "test -t 1 && echo no >&2"], expectedOutput: ["no"]}
`;
    const results = await verdicts(content, { user: "0", tty: true });
    expect(results.map(({ messages }) => messages)).toEqual([[], []]);
  });

  test("a command that does not end is stopped", async () => {
    const content = `schemaVersion: "2.0.0"
commandTests:
- {name: before, command: "true"}
- {name: endless, command: sleep, args: [1000]}
- {name: after, command: "true"}
- {name: setup, setup: [[sleep, 1000]], command: "true"}
`;
    const results = await verdicts(content, { timeout: 5 });
    expect(results.map(({ messages }) => messages)).toEqual([
      [],
      ["found `sleep 1000` still running after 5 s, expected it to end"],
      [],
      ["in `setup`: found `sleep 1000` still running after 5 s, expected it to end"],
    ]);
  });

  test("in an image with a volume no command shares a container", async () => {
    const content = `schemaVersion: "2.0.0"
commandTests:
- {name: writes, command: sh, args: [-c, 'echo x >/dev/shm/x']}
- {name: finds nothing, command: ls, args: [/dev/shm/x], exitCode: 1}
`;
    for (const image of [images.plain, images.withVolume]) {
      expect((await verdicts(content, { image })).map(({ pass }) => pass)).toEqual([true, true]);
    }
  });
});

test("the command line: JSON, exit codes, a file that is wrong beside one that is right", async () => {
  await using folder = await temporaryFolder();
  const write = (name: string, content: string) => writeFile(join(folder.path, name), content);
  await write("right.yaml", 'schemaVersion: "2.0.0"\nfileExistenceTests: [{name: data, path: /app/data.txt}]\n');
  await write("wrong.yaml", 'schemaVersion: "2.0.0"\ncommandTest: []\n');
  const at = { cwd: folder.path };
  const image = ["--image", images.plain];
  const right = await runCli(["structure-test", ...image, "--config", "right.yaml", "-o", "json"], at);
  expect({ ...right, stdout: right.stdout.replace(/("Duration":)\d+/g, "$11") }).toEqual({
    exitCode: 0,
    stderr: "",
    stdout:
      '{"Pass":1,"Fail":0,"Total":1,"Duration":1,"Results":[{"Name":"File Existence Test: data","Pass":true,"Duration":1}]}\n',
  });
  const both = ["structure-test", ...image, "-c", "wrong.yaml", "-c", "right.yaml", "--test-report", "report.json"];
  const wrong = await runCli(both, at);
  expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
  expect(wrong.stderr).toContain("wrong.yaml:2:1: `commandTest`: found a key that is not known here");
  expect(wrong.stderr).toContain("Did you mean `commandTests`?");
  expect(JSON.parse(await readFile(join(folder.path, "report.json"), "utf8"))).toMatchObject({ Pass: 1, Fail: 1 });
  const absent = await runCli(["structure-test", "-i", `${LABEL}/none`, "-c", "right.yaml"], at);
  expect(absent).toMatchObject({ exitCode: 2, stdout: "" });
  expect(absent.stderr).toContain(`found no image ${LABEL}/none on this engine`);
  await write(
    "options.yaml",
    'schemaVersion: "2.0.0"\ncontainerRunOptions: {bindMounts: [nonsense]}\nfileContentTests: [{name: a, path: /a}]\n',
  );
  const refused = await runCli(["structure-test", ...image, "-c", "options.yaml"], at);
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toMatch(
    /found options of containers that the engine refuses: .*nonsense.* \[OPTIONS_REFUSED\]/,
  );
  const unwritable = await runCli(["structure-test", ...image, "-c", "right.yaml", "--test-report", "no/report"], at);
  expect(unwritable).toMatchObject({ exitCode: 2 });
  expect(unwritable.stderr).toContain("no/report cannot be written");
});

test("as checks of a lab each test passes or fails by itself", async () => {
  await using labs = await changedLab({
    "checks.ts": `import { defineChecks, structureTests } from "@compose-labs/lab";
export default defineChecks(({ check }) => {
  structureTests("image.yaml", { check, from: import.meta.url, service: "web", points: 5 });
});
`,
    "image.yaml": `schemaVersion: "2.0.0"
commandTests:
- {name: Answers, command: echo, args: [hi], expectedOutput: [hi]}
- {name: Has no network, command: sh, args: [-c, "ls /sys/class/net"], expectedOutput: ["^lo\\n$"]}
- {name: Ends with 3, setup: [[touch, /tmp/x]], command: sh, args: [-c, "test -e /tmp/x && exit 4"], exitCode: 3}
fileExistenceTests:
- {name: Has a shell, path: /bin/sh}
`,
  });
  await using folder = await submission();
  const { result, exitCode, stderr } = await checkJson(folder.path, { labs: labs.path });
  const told = result.checks.map(({ id, outcome, diagnosis }) => [id, outcome, diagnosis?.code, diagnosis?.found]);
  expect({ told, exitCode }, stderr).toEqual({
    told: [
      ["image-answers", "passed", undefined, undefined],
      ["image-has-no-network", "passed", undefined, undefined],
      ["image-ends-with-3", "failed", "STRUCTURE_TEST_FAILED", "exit code 4"],
      ["image-has-a-shell", "passed", undefined, undefined],
    ],
    exitCode: 1,
  });
});
