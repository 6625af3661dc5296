import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { changedLab, readResult, runCli, submission, temporaryFolder } from "./run-cli.ts";

const HIDDEN = `import { defineHiddenChecks } from "@compose-labs/lab";
import open from "./checks.ts";
export default defineHiddenChecks(open, ({ check, open: named }) => {
  check("late-page", { title: "The page is there on the second day", points: 7, needs: [named("settled")] }, () => {});
});
`;

it("writes a student edition that grades, and says honestly what it cannot", async () => {
  await using labs = await changedLab({ "hidden.ts": HIDDEN });
  await using folder = await temporaryFolder();
  const exported = await runCli(["export", "students"], { labs: labs.path, cwd: folder.path });
  expect(exported.stderr).toBe("");
  expect(exported.stdout).toContain("  01-demo  6 checks, 1 of them only on submission\n");
  expect(exported.exitCode).toBe(0);

  const edition = join(folder.path, "students");
  expect(await readdir(edition)).toContain("course.yaml");
  expect((await readdir(join(edition, "labs/01-demo"))).toSorted()).toEqual([
    "README.md",
    "checks.ts",
    "lab.yaml",
    "starter",
  ]);
  expect(await readFile(join(edition, "labs/01-demo/lab.yaml"), "utf8")).toContain(
    "hidden: { checks: 1, points: 7 }\n",
  );
  expect((await readdir(edition, { recursive: true })).filter((path) => /(^|\/)test\//.test(path))).toEqual([]);

  // Packages are what `npm ci` would link.
  await symlink(resolve(import.meta.dirname, "../../node_modules"), join(edition, "node_modules"), "junction");
  await using right = await submission();
  const command = ["check", "01", right.path, "--policy-only"];
  const options = { labs: join(edition, "labs") };
  const { stdout } = await runCli([...command, "--json"], options);
  const result = readResult(stdout);
  expect(result.hidden).toEqual({ checks: 1, points: 7 });
  expect(result.checks.map(({ id }) => id)).not.toContain("late-page");
  expect((await runCli(command, options)).stdout).toContain("1 of 6 checks (7 points) run only on submission.");
});

it("runs the hidden checks where they are", async () => {
  await using labs = await changedLab({ "hidden.ts": HIDDEN });
  await using right = await submission();
  const { stdout } = await runCli(["check", "01", right.path, "--policy-only", "--json"], { labs: labs.path });
  const result = readResult(stdout);
  expect(result.checks.at(-1)).toMatchObject({ id: "late-page", points: 7 });
  expect(result).not.toHaveProperty("hidden");
});

it("leaves nothing behind that gives something away", async () => {
  await using labs = await changedLab({
    "hidden.ts": HIDDEN,
    "README.md": "# Task\n\nSoon to come: the page is there on the second day.\n",
    "notes.md": "late-page\n",
  });
  await using folder = await temporaryFolder();
  const { stdout, exitCode } = await runCli(["export", "students"], { labs: labs.path, cwd: folder.path });
  expect(exitCode).toBe(1);
  expect(stdout).toBe(
    "Nothing was exported: the student edition would give away what it must not, in 1 place.\n\n" +
      "  labs/01-demo/notes.md:1  the id of the hidden check late-page\n\n" +
      "Say it in other words there, or put it into the starter if students may know it.\n",
  );
  expect(await readdir(folder.path)).toEqual([]);
});

it("never overwrites, and takes no file for a folder", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "full"));
  await writeFile(join(folder.path, "full/a"), "");
  await writeFile(join(folder.path, "file"), "");
  const full = await runCli(["export", "full"], { cwd: folder.path });
  expect([full.exitCode, full.stderr]).toEqual([
    2,
    "grader: full: found 1 entries, expected a new or empty folder [EXPORT_TARGET]\n  Name another folder, or empty this one: an export never overwrites.\n",
  ]);
  const file = await runCli(["export", "file"], { cwd: folder.path });
  expect([file.exitCode, file.stderr]).toEqual([
    2,
    "grader: file: cannot be used (ENOTDIR), expected a new or empty folder [EXPORT_TARGET]\n  Name another folder.\n",
  ]);
});
