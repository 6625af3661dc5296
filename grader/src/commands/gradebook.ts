import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closest, loadRubric, usageError } from "@compose-labs/lab";
import { COURSE_FILE, readCourse } from "@compose-labs/lab/course";
import { neutralise } from "@compose-labs/report";
import {
  GRADEBOOK_FORMATS,
  type Gradebook,
  type GradebookFormat,
  type GradebookLab,
  makeGradebook,
  renderGradebook,
  type Student,
} from "@compose-labs/report/gradebook";
import { collectAttempts } from "../gradebook/collect-attempts.ts";
import { readRoster } from "../gradebook/roster.ts";
import type { Project } from "../project.ts";
import { requireWritable } from "../report-file.ts";
import { allLabs, projectOf } from "./lab-argument.ts";

export interface GradebookCommand {
  labs?: string;
  folder: string;
  roster: string;
  as: string;
  course?: string;
  output?: string;
}

/** Writes a gradebook from result documents: 0, or 1 where documents name somebody who is not in the roster. */
export async function gradebook(command: GradebookCommand): Promise<number> {
  const format = parseFormat(command.as);
  const project = projectOf(command);
  const at = (path: string) => resolve(project.workingDirectory, path);
  const course = await readCourse(
    command.course === undefined ? join(project.root, COURSE_FILE) : at(command.course),
    command.course ?? COURSE_FILE,
  );
  const output = command.output === undefined ? undefined : at(command.output);
  if (output !== undefined) await requireWritable(output);
  const roster = await readRoster(at(command.roster), command.roster);
  const { labs, slugOf } = await knownLabs(project);
  const { attempts, empty } = await collectAttempts(at(command.folder), command.folder, slugOf);
  const book = makeGradebook({ course, roster, attempts, labs });
  const text = renderGradebook(format, book);
  if (output === undefined) process.stdout.write(text);
  else await writeFile(output, text);
  for (const document of empty) {
    process.stderr.write(
      `grader: ${neutralise(document)}: found no submission in it; its pull request was refused or changed none\n`,
    );
  }
  tellUnknown(book, roster);
  return book.unknown.length === 0 ? 0 : 1;
}

function parseFormat(word: string): GradebookFormat {
  const format = GRADEBOOK_FORMATS.find((known) => known === word);
  if (format !== undefined) return format;
  const near = closest(word, GRADEBOOK_FORMATS);
  throw usageError(
    "GRADEBOOK_FORMAT_UNKNOWN",
    `found the form ${word}, expected one of ${GRADEBOOK_FORMATS.join(", ")}`,
    {
      hint: near === undefined ? "Name one of them with --as." : `Did you mean ${near}?`,
    },
  );
}

async function knownLabs(project: Project): Promise<{ labs: GradebookLab[]; slugOf: (labId: string) => string }> {
  const known = await Promise.all(
    (await allLabs(project)).map(async (lab) => {
      const { checks } = await loadRubric(lab);
      const points = checks.reduce((sum, check) => sum + check.points, 0);
      return { id: lab.manifest.id, slug: lab.slug, title: lab.manifest.title, points };
    }),
  );
  const slugs = new Map(known.map(({ id, slug }) => [id, slug]));
  return {
    labs: known.map(({ slug, title, points }) => ({ slug, title, points })),
    slugOf: (labId) => slugs.get(labId) ?? labId,
  };
}

function tellUnknown({ unknown }: Gradebook, roster: readonly Student[]): void {
  const logins = roster.flatMap(({ github }) => github ?? []);
  for (const { student, documents } of unknown) {
    const near = closest(student, logins);
    const advice = near === undefined ? "" : `; did you mean ${near}?`;
    const many = documents.length === 1 ? "1 document" : `${documents.length} documents`;
    process.stderr.write(
      `grader: found ${many} of ${neutralise(student)}, who is not in the roster (${neutralise(documents[0] ?? "")})${neutralise(advice)}\n`,
    );
  }
}
