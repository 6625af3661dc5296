import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { completeAnswers, newLabFiles } from "@compose-labs/authoring/scaffold";
import { askOn } from "../ask-on.ts";
import { projectOf } from "./lab-argument.ts";

export interface NewCommand {
  labs?: string;
  name: string;
  title?: string;
  submits?: string;
  service?: string[];
  shows?: string;
  yes?: boolean;
  signal: AbortSignal;
}

/** Makes a lab that passes `lint` and `verify` as it stands; writes nothing when anything is wrong. */
export async function newLab(command: NewCommand): Promise<number> {
  const project = projectOf(command);
  const taken = await foldersIn(project.labs);
  const { title, submits, service: services, shows, name } = command;
  using terminal = process.stdin.isTTY
    ? askOn({ input: process.stdin, output: process.stderr, signal: command.signal })
    : undefined;
  const answers = await completeAnswers({ name, title, submits, services, shows }, taken, {
    ask: terminal?.ask,
    proposals: command.yes ?? false,
  });
  const folder = join(project.labs, answers.slug);
  const from = (path: string) => relative(folder, join(project.root, path)).split(sep).join("/");
  const files = newLabFiles(answers, { schemas: from("docs/schemas"), launcher: from("grader/bin/grader.mjs") });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
  const shown = relative(project.workingDirectory, folder) || ".";
  const { slug } = answers;
  process.stdout.write(
    `${shown} holds a lab that works: ${files.size} files.\n\n` +
      `  Look     grader preview ${slug}\n` +
      `  Change   ${join(shown, "README.md")}, checks.ts, then starter/, reference/, alternatives/, mutants/\n` +
      `  Check    grader lint ${slug}\n` +
      `  Prove    grader verify ${slug}\n\n` +
      "Run `npm install` once, so that the lock file knows the new workspace.\n",
  );
  return 0;
}

/** Every folder, also one that is no lab yet. */
async function foldersIn(labs: string): Promise<string[]> {
  const entries = await readdir(labs, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : []));
}
