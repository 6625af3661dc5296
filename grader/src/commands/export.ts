import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { type Edition, findLeaks, type Leak, makeEdition } from "@compose-labs/authoring/edition";
import { readTree } from "@compose-labs/authoring/tree";
import { usageError } from "@compose-labs/lab";
import { namedLabs, projectOf } from "./lab-argument.ts";

export interface ExportCommand {
  labs?: string;
  dir: string;
  only?: string[];
  signal: AbortSignal;
}

/** Writes the student edition, and looks through what was written; a folder with a leak in it is not left behind. */
export async function exportEdition(command: ExportCommand): Promise<number> {
  const project = projectOf(command);
  const labs = await namedLabs(project, command.only ?? []);
  const target = resolve(project.workingDirectory, command.dir);
  const shown = relative(project.workingDirectory, target) || ".";
  await requireEmpty(target, shown);
  const edition = await makeEdition({ root: project.root, labs, catalogue: project.catalogue });
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), ".edition-"));
  try {
    await write(draft, edition);
    command.signal.throwIfAborted();
    const leaks = await leaksIn(draft, edition);
    if (leaks.length > 0) {
      process.stdout.write(leaksText(leaks));
      return 1;
    }
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  process.stdout.write(summaryText(edition, shown));
  return 0;
}

async function requireEmpty(target: string, shown: string): Promise<void> {
  const found = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw usageError("EXPORT_TARGET", `${shown}: cannot be used (${error.code}), expected a new or empty folder`, {
      hint: "Name another folder.",
      cause: error,
    });
  });
  if (found.length === 0) return;
  throw usageError("EXPORT_TARGET", `${shown}: found ${found.length} entries, expected a new or empty folder`, {
    hint: "Name another folder, or empty this one: an export never overwrites.",
  });
}

async function write(folder: string, { files }: Edition): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Of what lies on the disk now, not of what was meant to be written. */
async function leaksIn(folder: string, { secrets }: Edition): Promise<Leak[]> {
  const files = [...(await readTree(folder))].map(([path, content]): [string, string] => [
    path,
    content.toString("utf8"),
  ]);
  const written = new Map(files);
  return secrets.flatMap((secret) => findLeaks(written, secret));
}

function leaksText(leaks: Leak[]): string {
  const lines = leaks.map(({ path, line, found }) => `  ${path}:${line}  ${found}\n`).join("");
  const places = leaks.length === 1 ? "1 place" : `${leaks.length} places`;
  return (
    `Nothing was exported: the student edition would give away what it must not, in ${places}.\n\n${lines}\n` +
    "Say it in other words there, or put it into the starter if students may know it.\n"
  );
}

function summaryText({ files, labs }: Edition, shown: string): string {
  const lines = labs.map(({ slug, checks, hidden }) =>
    hidden === 0
      ? `  ${slug}  ${checks} checks\n`
      : `  ${slug}  ${checks} checks, ${hidden} of them only on submission\n`,
  );
  return (
    `${shown} is the student edition: ${files.size} files, and nothing of references, alternatives, mutants or hidden checks in them.\n\n` +
    `${lines.join("")}\nTry it:\n  cd ${shown}\n  npm run grader list\n`
  );
}
