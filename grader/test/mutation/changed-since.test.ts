import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateMutants, readMutationSource } from "@compose-labs/authoring/mutation";
import { loadLab } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { changedSince } from "../../src/mutation/changed-since.ts";
import { changedLab } from "../run-cli.ts";

async function repository() {
  const labs = await changedLab({});
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: labs.path, stdio: "pipe" });
  git("init", "--quiet");
  git("add", "01-demo");
  git("commit", "--quiet", "-m", "One");
  const lab = await loadLab(join(labs.path, "01-demo"));
  const mutants = generateMutants(await readMutationSource(lab, join(lab.directory, "reference")));
  const write = (path: string) => writeFile(join(lab.directory, path), "changed\n");
  return { lab, mutants, write, [Symbol.asyncDispose]: () => labs[Symbol.asyncDispose]() };
}

it("takes the mutants of the files that changed, and all where the checks did", async () => {
  await using made = await repository();
  const { lab, mutants, write } = made;
  expect(await changedSince(lab, mutants, "HEAD")).toEqual([]);
  await write("README.md");
  expect(await changedSince(lab, mutants, "HEAD")).toEqual([]);
  await write("reference/Dockerfile");
  const changed = await changedSince(lab, mutants, "HEAD");
  expect(changed.length).toBeGreaterThan(5);
  expect(changed.every(({ files }) => files.has("Dockerfile"))).toBe(true);
  expect(changed.length).toBeLessThan(mutants.length);
  await write("starter/new-file.txt");
  expect(await changedSince(lab, mutants, "HEAD")).toEqual(mutants);
});

it("says that Git does not know the revision", async () => {
  await using made = await repository();
  await expect(changedSince(made.lab, made.mutants, "nowhere")).rejects.toMatchObject({
    kind: "usage",
    code: "SINCE_UNKNOWN",
    message:
      "found that Git knows no revision \"nowhere\" (fatal: bad revision 'nowhere'), expected a commit or a branch",
    hint: "Name a commit or a branch of the repository that the lab is in, such as HEAD~1.",
  });
});
