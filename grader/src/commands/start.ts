import { cp, mkdir, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { usageError } from "@compose-labs/lab";
import { shellWord } from "../shell-word.ts";
import { labNamed, projectOf, submissionFolder } from "./lab-argument.ts";

export async function start(options: { labs?: string; lab: string; dir?: string }): Promise<number> {
  const project = projectOf(options);
  const lab = await labNamed(project, options.lab);
  const folder = submissionFolder(project, lab, options.dir);
  const shown = relative(project.workingDirectory, folder) || ".";
  const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw usageError(
      "START_BLOCKED",
      `${shown}: found ${error.code === "ENOTDIR" ? "a file" : `a folder that cannot be read (${error.code})`}, expected a new folder`,
      {
        hint: "Name another folder: grader start <lab> <dir>.",
      },
    );
  });
  if (present.length > 0) {
    throw usageError(
      "START_EXISTS",
      `${shown}: found a folder with ${present.length === 1 ? "something" : `${present.length} things`} in it, expected an empty one; nothing was overwritten`,
      {
        hint: `Work on in it, or name another folder: grader start ${lab.slug} <dir>.`,
      },
    );
  }
  await mkdir(folder, { recursive: true });
  // One by one: a folder that is there, though empty, would be an error to `cp`.
  for (const name of await readdir(lab.starter)) {
    await cp(join(lab.starter, name), join(folder, name), { recursive: true, errorOnExist: true, force: false });
  }
  await cp(join(lab.directory, "README.md"), join(folder, "TASK.md"), { errorOnExist: true, force: false });
  const argument = options.dir === undefined ? "" : ` ${shellWord(options.dir)}`;
  process.stdout.write(
    `${shown} holds the starter of ${lab.manifest.title}.\n\n  Read    ${shellWord(join(shown, "TASK.md"))}\n  Edit    ${lab.manifest.submission.files.join(", ")}\n  Check   grader check ${lab.slug}${argument}\n`,
  );
  return 0;
}
