import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LabError } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { readOptions } from "../options.ts";

const right = { name: "one", why: "x", expect: "ok", rule: "x" };
const list = (...cases: unknown[]) => ({ "cases/cases.json": JSON.stringify(cases), "cases/one/compose.yaml": "" });

/** What is wrong with arguments in a folder with these files; `@` in them stands for the folder. */
async function refusal(files: Record<string, string>, words: string[]): Promise<{ message: string; hint: string }> {
  const folder = await mkdtemp(join(tmpdir(), "hostile-test-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const own = words.map((word) => word.replace("@", folder));
    const error: unknown = await readOptions(own, folder).then(
      () => undefined,
      (thrown) => thrown,
    );
    if (!(error instanceof LabError) || error.kind !== "usage") throw error;
    return { message: error.message.replaceAll(folder, "@"), hint: error.hint ?? "" };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("arguments and cases that cannot be run", () => {
  test.each<[string, Record<string, string>, string[], string]>([
    ["a folder that is not there", {}, ["@/none"], "found nothing at @/none, expected a folder"],
    ["a file for a folder", { none: "" }, ["@/none"], "found a file at @/none, expected a folder"],
    ["no cases file", { "cases/x": "" }, [], "found no file @/cases.json, expected a list of cases"],
    ["a cases file that is not there", list(right), ["@/cases", "@/c.json"], "found no file @/c.json, expected a list"],
    ["a case without its folder", list(right, { ...right, name: "two" }), [], "found nothing at @/cases/two"],
    [
      "an unknown name",
      list(right),
      ["--only", "one", "tow"],
      "found --only tow, expected names of cases in @/cases/cases.json",
    ],
    ["three paths", list(right), ["a", "b", "c"], "found 3 paths, expected a folder and a cases file"],
    ["no number of jobs", list(right), ["--jobs", "0"], "found --jobs 0, expected a whole number from 1"],
    ["an option that is none", {}, ["--all"], "found --all: Unknown option '--all'"],
  ])("%s", async (_title, files, words, message) => {
    const refused = await refusal(files, words);
    expect(refused.message).toContain(message);
    expect(refused.hint).toMatch(/^(Usage|Name it|It has)/);
  });

  test.each<[string, string, string]>([
    ["text that is not JSON", "[", "found text that is not JSON"],
    ["no list", "{}", "found Object, expected Array"],
    [
      "an outcome that there is not",
      JSON.stringify([right, { ...right, expect: "refuse" }]),
      'case 2 (one), expect: found "refuse", expected ("refused" | "bounded" | "ok")',
    ],
    ["a case without a name", JSON.stringify([{}]), 'case 1, name: found undefined, expected "name"'],
    ["a name twice", JSON.stringify([right, right]), "found two cases named one, expected each name once"],
    [
      "a name that leaves the folder",
      JSON.stringify([{ ...right, name: "../x" }]),
      'case 1 (../x), name: found "../x", expected the name of a folder',
    ],
    [
      "a thing to make that is not known",
      JSON.stringify([{ ...right, make: [{ door: "x" }] }]),
      "case 1 (one), make.0",
    ],
  ])("a cases file with %s", async (_title, text, message) => {
    const refused = await refusal({ "cases/cases.json": text }, []);
    expect(refused.message).toContain(`@/cases/cases.json: ${message}`);
    expect(refused.hint).toContain("A case is");
  });
});

test("names after --only choose, in the order of the file", async () => {
  const own = join(import.meta.dirname, "..");
  const { cases } = await readOptions(["--only", "yaml-tab,ok-json", "fs-fifo", "--jobs", "2"], own);
  expect(cases.map(({ name }) => name)).toEqual(["fs-fifo", "yaml-tab", "ok-json"]);
});

describe("the command", () => {
  test.each<[string, string[], string | undefined, number, string]>([
    ["ends with 2 for arguments that are wrong", ["--jobs", "x"], undefined, 2, "found --jobs x"],
    ["ends with 3 where no engine answers", [], "unix:///nonexistent/engine", 3, "found no engine that answers at"],
    ["ends with 3 where the engine has no socket", [], "ssh://there", 3, "found the engine at ssh://there, expected"],
  ])("%s", async (_title, words, engine, exitCode, message) => {
    const runner = join(import.meta.dirname, "../run.ts");
    const env = { ...process.env, ...(engine === undefined ? {} : { DOCKER_HOST: engine }) };
    const ended = await new Promise<{ exitCode: number | null; stderr: string }>((resolve) => {
      const child = execFile(process.execPath, [runner, ...words], { env }, (_error, _stdout, stderr) =>
        resolve({ exitCode: child.exitCode, stderr }),
      );
    });
    expect(ended.stderr).toContain(`hostile: ${message}`);
    expect(ended.exitCode).toBe(exitCode);
  });
});
