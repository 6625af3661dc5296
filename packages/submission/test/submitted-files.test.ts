import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { createFresh } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { collectFindings } from "../src/finding/finding.ts";
import { copyPristine } from "../src/tree/pristine-copy.ts";
import { readSubmittedFiles } from "../src/tree/submitted-files.ts";
import { demoLab, temporaryFolder, writeTree } from "./demo-lab.ts";

const LAB = demoLab({ submission: { files: ["compose.yaml", "*.sh", "site/**"], required: ["site/index.html"] } });
const TREE = { "compose.yaml": "services: {}\n", "start.sh": "#!/bin/sh\n", "site/index.html": "<p>\r\n" };

it("reads what a grading takes, with the digest that its result has", async () => {
  await using folder = await temporaryFolder();
  await using copy = await temporaryFolder();
  await writeTree(folder.path, { ...TREE, "TASK.md": "the task\n", ".git/config": "", "site/.gitignore": "*\n" });
  await chmod(join(folder.path, "start.sh"), 0o755);
  const { files, digest } = await readSubmittedFiles({ lab: LAB, folder: folder.path });
  expect(files.map(({ path, content, isExecutable }) => [path, content.toString(), isExecutable])).toEqual([
    ["compose.yaml", "services: {}\n", false],
    ["site/index.html", "<p>\r\n", false],
    ["start.sh", "#!/bin/sh\n", true],
  ]);
  const root = join(copy.path, "submission");
  const { report } = collectFindings();
  const graded = await copyPristine({ lab: LAB, folder: folder.path, root, fresh: createFresh("00"), report });
  expect(digest).toBe(graded.digest);
  await writeTree(folder.path, { "start.sh": "#!/bin/sh\nexit\n" });
  expect((await readSubmittedFiles({ lab: LAB, folder: folder.path })).digest).not.toBe(digest);
});

it.for([
  ["a link within", { "site/b": "-> index.html" }, "SUBMISSION_LINK"],
  ["a link to the outside", { "site/b": "-> /etc/passwd" }, "SUBMISSION_REFUSED"],
] as const)("refuses %s, with its place", async ([, tree, code]) => {
  await using folder = await temporaryFolder();
  await writeTree(folder.path, { ...TREE, ...tree });
  await expect(readSubmittedFiles({ lab: LAB, folder: folder.path })).rejects.toMatchObject({
    kind: "usage",
    code,
    place: { file: "site/b" },
  });
});

it("misses what the lab requires", async () => {
  await using folder = await temporaryFolder();
  await writeTree(folder.path, { "compose.yaml": "services: {}\n" });
  await expect(readSubmittedFiles({ lab: LAB, folder: folder.path })).rejects.toMatchObject({
    code: "SUBMISSION_FILE_MISSING",
  });
});
