import { mkdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLab } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { keepUnchanged } from "../src/proof/unchanged.ts";
import { changedLab } from "./run-cli.ts";

type Edit = (directory: string) => Promise<unknown>;

const write =
  (path: string, text = "changed\n"): Edit =>
  async (directory) => {
    await mkdir(join(directory, path, ".."), { recursive: true });
    await writeFile(join(directory, path), text);
  };

async function messageAfter(...edits: Edit[]): Promise<string | undefined> {
  await using folder = await changedLab({});
  const directory = join(folder.path, "01-demo");
  const unchanged = await keepUnchanged(await loadLab(directory));
  await unchanged.confirm();
  for (const edit of edits) await edit(directory);
  return await unchanged.confirm().then(
    () => undefined,
    (error: Error & { kind: string; code: string; hint: string }) => {
      expect(error).toMatchObject({ kind: "fault", code: "LAB_CHANGED", hint: expect.stringMatching(/^Run it again/) });
      return /\((.*)\)/.exec(error.message)?.[1];
    },
  );
}

it.each<[string, Edit]>([
  ["checks.ts changed", write("checks.ts")],
  ["mutants/wrong-folder/compose.yaml is new", write("mutants/wrong-folder/compose.yaml")],
  ["reference/.env is new", write("reference/.env")],
  ["reference/notes.txt is gone", (directory) => rm(join(directory, "reference/notes.txt"))],
])("tells that %s", async (change, edit) => {
  expect(await messageAfter(edit)).toBe(change);
});

it("names a few files, and the number of the others", async () => {
  const edits = ["lab.yaml", "mutants.yaml", "reference/a", "reference/b", "starter/c"].map((path) => write(path));
  expect(await messageAfter(...edits)).toBe("lab.yaml changed, mutants.yaml changed, reference/a is new and 2 more");
});

it("tells of a file elsewhere that the checks name", async () => {
  await using folder = await changedLab({
    "checks.ts": (await readFile(join(import.meta.dirname, "fixtures/labs/01-demo/checks.ts"), "utf8")).concat(
      '\nimport "../shared.ts";\n',
    ),
  });
  await writeFile(join(folder.path, "shared.ts"), "export {};\n");
  const unchanged = await keepUnchanged(await loadLab(join(folder.path, "01-demo")));
  await writeFile(join(folder.path, "shared.ts"), "export const changed = true;\n");
  await expect(unchanged.confirm()).rejects.toThrow("(a file that its checks name)");
});

it("says nothing of what decides no verdict: a file saved as it was, the task's text, and what an editor keeps", async () => {
  const touch: Edit = (directory) => utimes(join(directory, "checks.ts"), new Date(0), new Date(0));
  const editors = ["README.md", ".checks.ts.swp", "reference/.compose.yaml.swp", "reference/compose.yaml~"];
  expect(await messageAfter(touch, ...editors.map((path) => write(path)))).toBeUndefined();
});
