import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedLab, checkJson, DEMO_LAB, runCli, startCli, submission, temporaryFolder } from "./run-cli.ts";

const COMMANDS = [
  "list",
  "start",
  "check",
  "submit",
  "pr",
  "pr-comment",
  "report",
  "gradebook",
  "compare",
  "new",
  "preview",
  "lint",
  "verify",
  "mutate",
  "structure-test",
  "export",
  "demo",
  "setup",
  "images",
  "doctor",
  "clean",
];

describe("help", () => {
  it.for(COMMANDS)("of %s shows an example and is no error", async (command) => {
    const { stdout, stderr, exitCode } = await runCli([command, "--help"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(new RegExp(`^Usage: grader ${command} `));
    expect(stdout).toMatch(new RegExp(`\nExamples?:\n {2}(\\w+=\\w+ )?grader ${command}`));
  });

  it("names every command", async () => {
    const { stdout, exitCode } = await runCli(["--help"]);
    expect(exitCode).toBe(0);
    const named = [...stdout.matchAll(/^ {2}([a-z][\w-]+) .*$/gm)].map(([, name]) => name);
    expect(named).toEqual([...COMMANDS, "help"]);
  });

  it("is shown to who names no command, as an error", async () => {
    const { stdout, stderr, exitCode } = await runCli([]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toMatch(/^Usage: grader /);
  });
});

/** What is said on stderr; nothing is on stdout, and the exit code is that of wrong usage. */
async function usageErrorOf(args: string[], options?: Parameters<typeof runCli>[1]): Promise<string> {
  const { stdout, stderr, exitCode } = await runCli(args, options);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  return stderr;
}

describe("an error that nobody waits for", () => {
  const stray = `import { defineChecks } from "@compose-labs/lab";
void Promise.reject(new Error("let go"));
export default defineChecks(({ check }) => check("one", { title: "One", points: 100 }, () => {}));
`;

  it("is a fault, and not an answer", async () => {
    await using labs = await changedLab({ "checks.ts": stray });
    const { stderr, exitCode } = await runCli(["list"], { labs: labs.path });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^grader: an error of its own; please report it\nError: let go\n/);
  });

  it("costs no points, and the document says so", async () => {
    await using labs = await changedLab({ "checks.ts": stray });
    await using folder = await submission();
    const { result, exitCode } = await checkJson(folder.path, { labs: labs.path, args: ["--policy-only"] });
    expect(exitCode).toBe(3);
    expect(result).toMatchObject({
      verdict: "fault",
      score: null,
      fault: { code: "GRADER_ERROR", message: "the grader stopped with Error: let go" },
    });
  });
});

describe("wrong usage", () => {
  it("is an unknown command or option, with a suggestion", async () => {
    expect(await usageErrorOf(["chek"])).toMatchInlineSnapshot(`
      "error: unknown command 'chek'
      (Did you mean check?)
      Run \`grader --help\` to see every command.
      "
    `);
    expect(await usageErrorOf(["check", "01", "--jsn"])).toMatchInlineSnapshot(`
      "error: unknown option '--jsn'
      (Did you mean --json?)
      Run \`grader --help\` to see every command.
      "
    `);
  });

  it("is a missing or superfluous argument", async () => {
    expect(await usageErrorOf(["check"])).toMatchInlineSnapshot(`
      "error: missing required argument 'lab'
      Run \`grader --help\` to see every command.
      "
    `);
    expect(await usageErrorOf(["check", "01", "a", "b"])).toMatchInlineSnapshot(`
      "error: too many arguments for 'check'. Expected 2 arguments but got 3: 01, a, b.
      Run \`grader --help\` to see every command.
      "
    `);
  });

  it("is a value that an option does not take", async () => {
    expect(await usageErrorOf(["check", "01", "--seed", "xyz"])).toMatchInlineSnapshot(`
      "error: option '--seed <hex>' argument 'xyz' is invalid. expected 1 to 32 hex digits, such as 5eed0001.
      Run \`grader --help\` to see every command.
      "
    `);
    expect(await usageErrorOf(["check", "01", "--hints", "-1"])).toMatchInlineSnapshot(`
      "error: option '--hints <level>' argument '-1' is invalid. expected a whole number from 0 to 20.
      Run \`grader --help\` to see every command.
      "
    `);
    expect(await usageErrorOf(["verify", "--jobs", "0"])).toMatchInlineSnapshot(`
      "error: option '--jobs <stacks>' argument '0' is invalid. expected a whole number from 1 to 1000.
      Run \`grader --help\` to see every command.
      "
    `);
    for (const shard of ["5/4", "0/4", "1", "1/0", "1/2/3", "a/b"]) {
      expect(await usageErrorOf(["verify", "--shard", shard])).toBe(
        `error: option '--shard <part/of>' argument '${shard}' is invalid. expected a part and their number, such as 1/4.\nRun \`grader --help\` to see every command.\n`,
      );
    }
    expect(await usageErrorOf(["verify", "--repeat", "2.5"])).toMatchInlineSnapshot(`
      "error: option '--repeat <times>' argument '2.5' is invalid. expected a whole number from 1 to 1000.
      Run \`grader --help\` to see every command.
      "
    `);
  });

  it("is an images action that does not exist, or lacks its file", async () => {
    expect(await usageErrorOf(["images", "psuh"])).toMatchInlineSnapshot(`
      "error: command-argument value 'psuh' is invalid for argument 'action'. expected pull, build, save or load.
      Run \`grader --help\` to see every command.
      "
    `);
    expect(await usageErrorOf(["images", "save"])).toMatchInlineSnapshot(`
      "grader: found no file for \`images save\`, expected the bundle's name [BUNDLE_UNNAMED]
        Name it: grader images save course-images.tar
      "
    `);
  });

  it("is an unknown lab, with a suggestion where one is near", async () => {
    expect(await usageErrorOf(["check", "demp"])).toMatchInlineSnapshot(`
      "grader: found no lab "demp"; expected one of 01-demo [LAB_UNKNOWN]
        Did you mean \`01-demo\`?
      "
    `);
    expect(await usageErrorOf(["start", "42"])).toMatchInlineSnapshot(`
      "grader: found no lab "42"; expected one of 01-demo [LAB_UNKNOWN]
        List them with \`grader list\`.
      "
    `);
  });

  it("is an ambiguous lab", async () => {
    await using labs = await changedLab({});
    await mkdir(join(labs.path, "02-demonstration"));
    await writeFile(join(labs.path, "02-demonstration/lab.yaml"), "");
    expect(await usageErrorOf(["check", "dem"], { labs: labs.path })).toMatchInlineSnapshot(`
      "grader: found 2 labs for "dem": 01-demo, 02-demonstration; expected one [LAB_AMBIGUOUS]
        Write more of the name.
      "
    `);
  });

  it("is a folder of labs that is missing or holds none", async () => {
    await using empty = await temporaryFolder();
    expect(await usageErrorOf(["list"], { labs: join(empty.path, "none") })).toMatchInlineSnapshot(`
      "grader: found no folder <labs>, expected the course's labs [LABS_MISSING]
        Name the folder with --labs.
      "
    `);
    for (const args of [["list"], ["verify"], ["check", "01"]]) {
      expect(await usageErrorOf(args, { labs: empty.path })).toMatch(
        /^grader: found no lab in <labs>, .* \[LABS_EMPTY\]/,
      );
    }
  });

  it("is a submission that is missing, a file, or without a file of the lab", async () => {
    await using folder = await temporaryFolder();
    const here = { cwd: folder.path };
    await writeFile(join(folder.path, "file"), "");
    await mkdir(join(folder.path, "empty"));
    expect(await usageErrorOf(["check", "01"], here)).toMatchInlineSnapshot(`
      "grader: submissions/01-demo: found nothing, expected the folder with your submission [SUBMISSION_MISSING]
        Begin with \`grader start 01-demo\`, or name your folder: \`grader check 01-demo <dir>\`.
      "
    `);
    expect(await usageErrorOf(["check", "01", "file"], here)).toMatchInlineSnapshot(`
      "grader: file: found a file, expected the folder with your submission [SUBMISSION_MISSING]
        Begin with \`grader start 01-demo\`, or name your folder: \`grader check 01-demo <dir>\`.
      "
    `);
    expect(await usageErrorOf(["check", "01", "empty"], here)).toMatchInlineSnapshot(`
      "grader: found no file in <cwd>/empty that the lab demo takes; expected compose.yaml, compose.yml, Dockerfile, notes.txt, docker/**, site/** [SUBMISSION_EMPTY]
        Name the folder that you work in, or start with \`grader start\`.
      "
    `);
  });

  it("is a check that the lab does not have", async () => {
    const args = ["check", "01", join(DEMO_LAB, "reference"), "--only"];
    expect(await usageErrorOf([...args, "page-serve"])).toMatchInlineSnapshot(`
      "grader: found no check "page-serve" in this lab; expected one of notes-written, settled, page-in-image, page-served, comes-back [CHECK_UNKNOWN]
        Did you mean \`page-served\`?
      "
    `);
    expect(await usageErrorOf([...args, "quick"])).toMatchInlineSnapshot(`
      "grader: found no check "quick" in this lab; expected one of notes-written, settled, page-in-image, page-served, comes-back [CHECK_UNKNOWN]
        Run without --only to see every check.
      "
    `);
  });

  it("is a lab that is wrong itself, at its place", async () => {
    const yaml = await readFile(join(DEMO_LAB, "lab.yaml"), "utf8");
    await using misspelt = await changedLab({ "lab.yaml": yaml.replace("minutes: 5", "minutes: five") });
    expect(await usageErrorOf(["list"], { labs: misspelt.path })).toMatchInlineSnapshot(`
      "grader: labs/01-demo/lab.yaml:6:1: \`minutes\`: found "five", expected a number [YAML_SCHEMA]
        Change the value; docs/authoring.md lists every key.
      "
    `);
    await using broken = await changedLab({ "checks.ts": 'throw new Error("not yet written");\n' });
    expect(
      await usageErrorOf(["check", "01", join(DEMO_LAB, "reference")], { labs: broken.path }),
    ).toMatchInlineSnapshot(`
      "grader: labs/01-demo/checks.ts: not yet written [CHECKS_BROKEN]
        Correct the file; \`npx tsc --noEmit\` shows its type errors.
      "
    `);
    await using bare = await changedLab({ starter: undefined });
    expect(await usageErrorOf(["start", "01"], { labs: bare.path })).toMatchInlineSnapshot(`
      "grader: labs/01-demo/lab.yaml:1:1: labs/01-demo: found no folder starter/, expected what the student begins with [STARTER_MISSING]
        Create labs/<lab>/starter/ with the files a student is given.
      "
    `);
  });
});

describe("list", () => {
  it("shows points and what each lab is about", async () => {
    expect(await runCli(["list"])).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "01-demo
        A page in an image (40 points, 5 checks, about 5 min)
        The smallest lab that has a check of every kind, for the grader's own tests.

      Begin one with: grader start <lab>
      ",
      }
    `);
  });

  it("is JSON when asked for", async () => {
    const { stdout, stderr, exitCode } = await runCli(["list", "--json"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual([
      {
        slug: "01-demo",
        id: "demo",
        title: "A page in an image",
        summary: "The smallest lab that has a check of every kind, for the grader's own tests.",
        points: 40,
        checks: 5,
        minutes: 5,
        concepts: ["image", "port"],
        prerequisites: [],
      },
    ]);
  });

  it("does not mind a reader that goes away", async () => {
    const run = startCli(["list"]);
    run.closeOutput();
    expect(await run.ended).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  });
});

describe("start", () => {
  it("copies the starter and the task, and says what to do", async () => {
    await using home = await temporaryFolder();
    expect(await runCli(["start", "1"], { cwd: home.path })).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "submissions/01-demo holds the starter of A page in an image.

        Read    submissions/01-demo/TASK.md
        Edit    compose.yaml, compose.yml, Dockerfile, notes.txt, docker/**, site/**
        Check   grader check 01-demo
      ",
      }
    `);
    const made = await readdir(join(home.path, "submissions/01-demo"), { recursive: true });
    expect(made.toSorted()).toEqual(["TASK.md", "compose.yaml", "site", "site/index.html"]);
    expect(await readFile(join(home.path, "submissions/01-demo/TASK.md"), "utf8")).toMatch(/^# A page in an image/);
  });

  it("copies to a folder of choice, empty or new", async () => {
    await using home = await temporaryFolder();
    await mkdir(join(home.path, "mine"));
    const { stdout, exitCode } = await runCli(["start", "demo", "my folder"], { cwd: home.path });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n {2}Check {3}grader check 01-demo 'my folder'\n$/);
  });

  it("never overwrites", async () => {
    await using home = await temporaryFolder();
    await writeFile(join(home.path, "compose.yaml"), "mine\n");
    expect(await usageErrorOf(["start", "01", "."], { cwd: home.path })).toMatchInlineSnapshot(`
      "grader: .: found a folder with something in it, expected an empty one; nothing was overwritten [START_EXISTS]
        Work on in it, or name another folder: grader start 01-demo <dir>.
      "
    `);
    expect(await usageErrorOf(["start", "01", "compose.yaml"], { cwd: home.path })).toMatchInlineSnapshot(`
      "grader: compose.yaml: found a file, expected a new folder [START_BLOCKED]
        Name another folder: grader start <lab> <dir>.
      "
    `);
    expect(await readdir(home.path)).toEqual(["compose.yaml"]);
    expect(await readFile(join(home.path, "compose.yaml"), "utf8")).toBe("mine\n");
  });
});

describe("where the user is", () => {
  it("is told by npm when the command runs as a script of the project", async () => {
    await using home = await temporaryFolder();
    const env = { npm_lifecycle_event: "grader", INIT_CWD: home.path };
    expect((await runCli(["start", "01"], { env })).exitCode).toBe(0);
    expect(await readdir(home.path)).toEqual(["submissions"]);
  });
});

describe("without an engine", () => {
  const env = { DOCKER_HOST: "unix:///nonexistent/engine.sock", DOCKER_CONTEXT: undefined };

  it("a submission that is refused is refused all the same", async () => {
    await using folder = await submission({ "compose.yaml": "services:\n  web:\n    image: nginx\n" });
    const { stdout, exitCode } = await runCli(["check", "01", folder.path], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("compose.yaml:3:5");
  });

  it("the policy alone is asked with --policy-only, and the document cannot be taken for a mark", async () => {
    const { result, exitCode, stderr } = await checkJson(join(DEMO_LAB, "reference"), { args: ["--policy-only"], env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(result).toMatchObject({ verdict: "not-run", partial: true, score: null, findings: [] });
    expect(new Set(result.checks.map(({ outcome }) => outcome))).toEqual(new Set(["not-run"]));
    expect(result.environment.engine).toBeUndefined();
  });

  it("--policy-only shows notes and lets them pass", async () => {
    const compose = await readFile(join(DEMO_LAB, "reference/compose.yaml"), "utf8");
    await using folder = await submission({ "compose.yaml": `${compose}    container_name: web\n    mem_limit: 4g\n` });
    const { stdout, stderr, exitCode } = await runCli(["check", "01", folder.path, "--policy-only"], { env });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout.match(/^── NOTE {2}\S+/gm)).toEqual(["── NOTE  service.container_name", "── NOTE  limits.lowered"]);
    expect(stdout).toMatch(/^Nothing is refused in .*; nothing was started or graded$/m);
    expect(stdout).not.toMatch(/\d+ of \d+ points|repeat/);
  });

  it("--policy-only refuses what a grading refuses", async () => {
    await using folder = await submission({ "compose.yaml": "services:\n  web:\n    image: nginx\n" });
    const { result, exitCode } = await checkJson(folder.path, { args: ["--policy-only"], env });
    expect(exitCode).toBe(1);
    expect(result).toMatchObject({ verdict: "refused", partial: true, score: null });
    expect(result.findings.map(({ code }) => code)).toEqual(["image.allowlist"]);
  });

  it("--policy-only keeps no stack and selects no check", async () => {
    expect(await usageErrorOf(["check", "01", "--policy-only", "--keep"], { env })).toMatchInlineSnapshot(`
      "error: option '--policy-only' cannot be used with option '--keep'
      Run \`grader --help\` to see every command.
      "
    `);
    expect(await usageErrorOf(["check", "01", "--policy-only", "--only", "settled"], { env })).toMatchInlineSnapshot(`
      "error: option '--policy-only' cannot be used with option '--only <check...>'
      Run \`grader --help\` to see every command.
      "
    `);
  });

  it("a check is a fault that costs no points, and says what to do", async () => {
    const { stdout, stderr, exitCode } = await runCli(["check", "01", join(DEMO_LAB, "reference")], { env });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 3 });
    expect(stdout.replace(/^ {2}(time|repeat) .*\n/gm, "")).toMatchInlineSnapshot(`
      "A page in an image (demo 1.2.3)

      ── FAULT  ENGINE_UNREACHABLE ───────────────────────────────────────────────────
        cause     the container engine at unix:///nonexistent/engine.sock does not
                  answer (no answer)
        do        Start it (\`docker info\` must work for this user), or correct
                  DOCKER_HOST or the Docker context.
        points    No points are lost: this is not your mistake.

      ────────────────────────────────────────────────────────────────────────────────
      No score, and no points lost: the run could not be finished
      Only a part was checked, or the run was interrupted: no mark can be derived
      from it.
        checks    5 not run
      "
    `);
  });

  it.for([["verify"], ["demo"], ["clean"], ["images"], ["images", "pull"]])("`%s` is a fault", async (args) => {
    const { stdout, stderr, exitCode } = await runCli(args, { env });
    expect({ stderr, exitCode }).toEqual({
      stderr:
        "grader: the container engine at unix:///nonexistent/engine.sock does not answer (no answer) [ENGINE_UNREACHABLE]\n" +
        "  Start it (`docker info` must work for this user), or correct DOCKER_HOST or the Docker context.\n",
      exitCode: 3,
    });
    expect(stdout).toBe("");
  });

  it("doctor says so and goes on", async () => {
    const { stdout, exitCode } = await runCli(["doctor"], { env });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^ok {4}Node: .*\nBAD {3}Engine: .* does not answer .*\n {6}Start it/m);
  });

  it("setup installs nothing beside an engine that is configured", async () => {
    const { stdout, stderr, exitCode } = await runCli(["setup", "--no-install"], { env });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 3 });
    expect(stderr).toMatch(
      /^grader: the configured container engine at unix:.* \[ENGINE_UNREACHABLE\]\n {2}Start that/,
    );
  });
});
