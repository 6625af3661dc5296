import { chmod, lstat, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createFresh, LabError } from "@compose-labs/lab";
import { describe, expect, onTestFinished, test } from "vitest";
import { readCanonicalModel } from "../src/canonical/compose-config.ts";
import { collectFindings } from "../src/finding/finding.ts";
import { prepareSubmission, sourceLines } from "../src/index.ts";
import { createPlaces } from "../src/places.ts";
import { composeWith, demoLab, prepare, type Tree, temporaryFolder, tools, writeTree } from "./demo-lab.ts";

const errorOf = async (work: Promise<unknown>): Promise<LabError> => {
  try {
    await await work;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error("expected a LabError");
};

describe("a folder that is no submission is wrong usage", () => {
  test("there is none", async () => {
    expect(await errorOf(prepare("/nonexistent/folder"))).toMatchObject({
      kind: "usage",
      code: "SUBMISSION_MISSING",
      message: "found no folder /nonexistent/folder; expected the folder with your files",
      hint: expect.stringContaining("grader start"),
    });
  });

  test("it is a file", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "a"), "");
    expect(await errorOf(prepare(join(folder.path, "a")))).toMatchObject({ code: "SUBMISSION_NOT_A_FOLDER" });
  });

  test("it holds nothing that the lab takes", async () => {
    const lab = demoLab({ submission: { files: ["compose.yaml"] } });
    expect(await errorOf(prepare({ "notes.txt": "x" }, lab))).toMatchObject({
      kind: "usage",
      code: "SUBMISSION_EMPTY",
    });
  });

  test("a required file is missing", async () => {
    const lab = demoLab({ submission: { files: ["**"], required: ["compose.yaml", "answers.yaml"] } });
    const error = await errorOf(prepare(composeWith(""), lab));
    expect(error).toMatchObject({ kind: "usage", code: "SUBMISSION_FILE_MISSING" });
    expect(error.message).toMatch(/^found no answers\.yaml in/);
  });
});

describe("the pristine copy", () => {
  test("takes what the lab asks for, with modes, and leaves out Git, packages and the rest", async () => {
    const tree = {
      ...composeWith(""),
      "app/run.sh": "#!/bin/sh",
      "app/.dockerignore": "x",
      "app/node_modules/a": "",
      ".git/config": "",
      ".gitignore": "",
      "notes.txt": "",
    };
    await using folder = await temporaryFolder();
    await writeTree(folder.path, tree);
    await chmod(join(folder.path, "app/run.sh"), 0o700);
    await using answer = await prepare(folder.path, demoLab({ submission: { files: ["compose.yaml", "app/**"] } }));
    const { files, root } = answer.prepared;
    expect(files).toEqual(["app/.dockerignore", "app/run.sh", "compose.yaml"]);
    expect((await stat(join(root, "app/run.sh"))).mode & 0o777).toBe(0o744);
    expect((await stat(join(root, "app"))).mode & 0o777).toBe(0o755);
  });

  test("keeps links that stay inside", async () => {
    await using answer = await prepare({ ...composeWith(""), "a/b": "x", c: "-> a/b" });
    expect(await readlink(join(answer.prepared.root, "c"))).toBe("a/b");
  });

  test("lays given files and canaries over a student's links without following them", async () => {
    await using lab = await temporaryFolder();
    await using outside = await temporaryFolder();
    await writeTree(lab.path, { "starter/app/main.py": "given" });
    const demo = demoLab(
      { given: ["app/**"], canaries: [".env.secret", "app/.git/config"] },
      join(lab.path, "starter"),
    );
    await using folder = await temporaryFolder();
    await writeTree(folder.path, { ...composeWith(""), "other/main.py": "mine", ".env.secret": "mine" });
    await symlink("other", join(folder.path, "app"));
    await using answer = await prepare(folder.path, demo);
    const { root, files } = answer.prepared;
    expect((await lstat(join(root, "app"))).isDirectory()).toBe(true);
    expect(await readFile(join(root, "app/main.py"), "utf8")).toBe("given");
    expect(await readFile(join(root, "other/main.py"), "utf8")).toBe("mine");
    const token = createFresh("test").token("canary:.env.secret");
    expect(await readFile(join(root, ".env.secret"), "utf8")).toContain(token);
    expect(files).toContain("app/.git/config");
    expect(outside.path).not.toBe(root);
  });

  test("has a digest of the student's files alone", async () => {
    const digest = async (tree: Tree, change = {}) => {
      await using answer = await prepare(tree, demoLab(change));
      return answer.prepared.digest;
    };
    const first = await digest(composeWith(""));
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest(composeWith(""), { canaries: ["x"] })).toBe(first);
    expect(await digest({ ...composeWith(""), a: "" })).not.toBe(first);
    expect(await digest(composeWith("init: true"))).not.toBe(first);
  });
});

describe("what the grader's surroundings do", () => {
  const options = async (change: Partial<Parameters<typeof prepareSubmission>[0]> = {}) => {
    const own = new AsyncDisposableStack();
    onTestFinished(() => own.disposeAsync());
    const folder = own.use(await temporaryFolder());
    const copyInto = own.use(await temporaryFolder());
    await writeTree(folder.path, composeWith('environment: {T: "$GITHUB_TOKEN"}'));
    const given = { lab: demoLab(), folder: folder.path, copyInto: copyInto.path, fresh: createFresh("x"), tools };
    return { ...given, signal: AbortSignal.timeout(20_000), ...change };
  };

  test("its environment is not passed on, and the lab's variables are", async () => {
    process.env.GITHUB_TOKEN = "canary";
    const lab = demoLab({ variables: ["TOKEN"] });
    await using answer = await prepare(composeWith('environment: {A: "$GITHUB_TOKEN", B: "$TOKEN", C: "$OWN"}'), lab);
    delete process.env.GITHUB_TOKEN;
    expect(answer.prepared.model?.services.web?.environment).toEqual({
      A: "",
      B: createFresh("test").token("TOKEN"),
      C: "",
    });
  });

  test("its own .env is, as data", async () => {
    await using answer = await prepare({ ...composeWith('environment: {A: "$OWN", B: "a$$b"}'), ".env": "OWN=1\r\n" });
    expect(answer.prepared.model?.services.web?.environment).toEqual({ A: "1", B: "a$b" });
  });

  test("Compose that is not there is a fault", async () => {
    const absent = { command: ["/nonexistent/docker"], environment: {} };
    expect(await errorOf(prepareSubmission(await options({ tools: absent })))).toMatchObject({
      kind: "fault",
      code: "COMPOSE_ABSENT",
    });
  });

  test("Docker without Compose is a fault", async () => {
    const other = {
      command: ["sh", "-c", "echo docker: 'compose' is not a docker command. >&2; exit 1"],
      environment: {},
    };
    expect(await errorOf(prepareSubmission(await options({ tools: other })))).toMatchObject({
      kind: "fault",
      code: "COMPOSE_FAILED",
    });
  });

  test("a Compose that runs out of time or memory on the file refuses the file", async () => {
    const killed = { command: ["sh", "-c", "kill -9 $$"], environment: { PATH: process.env.PATH ?? "" } };
    const { findings } = await prepareSubmission(await options({ tools: killed }));
    expect(findings.map(({ code }) => code)).toEqual(["schema.cost"]);
    const full = {
      command: ["sh", "-c", "echo fatal error: out of memory >&2; exit 2"],
      environment: killed.environment,
    };
    expect((await prepareSubmission(await options({ tools: full }))).findings[0]?.code).toBe("schema.cost");
  });

  test("a parser that gives up refuses the file", async () => {
    const parser = { parse: async () => undefined, [Symbol.asyncDispose]: async () => {} };
    const { findings } = await prepareSubmission(await options({ parser }));
    expect(findings.map(({ code }) => code)).toEqual(["yaml.cost"]);
  });

  test("a Compose that stands still is a fault", async () => {
    const still = { command: ["sh", "-c", "sleep 30"], environment: { PATH: process.env.PATH ?? "" } };
    await using folder = await temporaryFolder();
    const { report } = collectFindings();
    const work = readCanonicalModel({
      ...{ root: folder.path, compose: "compose.yaml", envFile: join(folder.path, "x.env"), tools: still, report },
      ...{
        places: createPlaces("compose.yaml", []),
        signal: AbortSignal.timeout(20_000),
        texts: new Map(),
        deadline: 0.2,
      },
    });
    expect(await errorOf(work)).toMatchObject({ kind: "fault", code: "COMPOSE_FAILED" });
  });

  test("an interruption while Compose runs, or before, ends it at once", async () => {
    await expect(prepareSubmission(await options({ signal: AbortSignal.abort() }))).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const slow = { command: ["sh", "-c", "sleep 60"], environment: { PATH: process.env.PATH ?? "" } };
    const work = prepareSubmission(
      await options({
        tools: slow,
        signal: controller.signal,
        onGated: () => setTimeout(() => controller.abort(), 50),
      }),
    );
    await expect(work).rejects.toThrow(/abort/i);
  });
});

describe("places", () => {
  test("follow includes, extends, lists that stand for mappings, merges and names with dots", async () => {
    await using answer = await prepare({
      "compose.yaml": [
        "include: [parts/db.yaml]",
        "x-base: &base",
        "  init: true",
        "services:",
        "  web:",
        "    <<: *base",
        "    extends: {file: base.yaml, service: app}",
        "    environment:",
        "      - A=1",
        "      - B=2",
        "  web.2:",
        '    image: "busybox:1.37"',
        "    depends_on: [web]",
      ].join("\n"),
      "base.yaml": 'services:\n  app:\n    image: "busybox:1.37"\n    user: "1"\n',
      "parts/db.yaml": 'services:\n  db:\n    image: "busybox:1.37"\n',
    });
    expect(answer.codes).toEqual([]);
    const { places } = answer.prepared;
    const lines = (path: string) => {
      const { file, line } = places.place(path);
      return `${file}:${line}`;
    };
    expect(lines("services.web.environment.B")).toBe("compose.yaml:10");
    expect(lines("services.web.init")).toBe("compose.yaml:3");
    expect(lines("services.web.user")).toBe("base.yaml:4");
    expect(lines("services.web.networks.default")).toBe("compose.yaml:5");
    expect(lines("services.web.2.depends_on.web")).toBe("compose.yaml:13");
    expect(lines("services.db.image")).toBe("parts/db.yaml:3");
    expect(places.place("networks.default")).toEqual({ file: "compose.yaml" });
  });
});

describe("sourceLines", () => {
  test("gives the lines around a place, neutralised and bounded", async () => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, { "a.txt": `one\r\ntwo\u001b[2J\u202e\r\n\t${"x".repeat(300)}\r\nfour\r\n` });
    expect(await sourceLines(folder.path, { file: "a.txt", line: 2 }, 1)).toEqual({
      firstLine: 1,
      lines: ["one", "two�[2J�", `  ${"x".repeat(157)}…`],
    });
    expect(await sourceLines(folder.path, { file: "a.txt", line: 9 })).toBeUndefined();
    expect(await sourceLines(folder.path, { file: "a.txt" })).toBeUndefined();
    expect(await sourceLines(folder.path, { file: "../etc/passwd", line: 1 })).toBeUndefined();
  });
});
