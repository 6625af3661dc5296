import { access, constants, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { openOwnFolder } from "@compose-labs/engine/before-start";
import { type Lab, labSlugs, type Result, usageError } from "@compose-labs/lab";
import { COURSE_FILE, readCourse } from "@compose-labs/lab/course";
import { readSubmittedFiles } from "@compose-labs/submission/files";
import type { YamlParser } from "@compose-labs/submission/parser";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { showProgress } from "../progress.ts";
import type { Project } from "../project.ts";
import { folderOf } from "../pull-request/layout.ts";
import { makeBundle } from "../submitting/bundle.ts";
import { handIn, prepareHandIn, requireSame } from "../submitting/hand-in.ts";
import { countFiles, renderHandedIn, renderPlan, scoreOf } from "../submitting/hand-in-text.ts";
import { openOwnGit } from "../submitting/own-git.ts";
import { studentName } from "../submitting/student.ts";
import { screenOf } from "../terminal.ts";
import { exitCodeOf } from "../verdict.ts";
import { labNamed, projectOf, submissionFolder } from "./lab-argument.ts";

export interface SubmitCommand {
  labs?: string;
  lab: string;
  dir?: string;
  student?: string;
  remote: string;
  repository?: string;
  course?: string;
  /** A file, or true for one of the grader's choice. */
  bundle?: string | true;
  dryRun?: boolean;
  hints: number;
  parser: YamlParser;
  signal: AbortSignal;
}

export async function submit(command: SubmitCommand): Promise<number> {
  const project = projectOf(command);
  const lab = await labNamed(project, command.lab);
  const folder = submissionFolder(project, lab, command.dir);
  return command.bundle === undefined
    ? submitByGit(command, { project, lab, folder })
    : submitAsBundle(command, { project, lab, folder }, command.bundle);
}

interface Submission {
  project: Project;
  lab: Lab;
  folder: string;
}

async function submitByGit(command: SubmitCommand, submission: Submission): Promise<number> {
  const { project, lab, folder } = submission;
  const { signal, remote, student } = command;
  const environment = process.env;
  const git = await openOwnGit(resolve(project.workingDirectory, command.repository ?? "."), {
    environment,
    signal,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  });
  const layout = await layoutOf(command, project, git.folder);
  await using own = await openOwnFolder("submitting");
  const { labs } = project;
  const slugs = await labSlugs(labs);
  const place = { git, lab, folder, layout, slugs, labs };
  const prepared = await prepareHandIn({ ...place, remote, student, environment, signal, temporary: own.path });
  if (command.dryRun) {
    process.stdout.write(renderPlan(prepared));
    return 0;
  }
  const result = await gradeAndShow(command, submission);
  if (result.verdict === "fault") return tellFault(result);
  process.stdout.write(renderHandedIn(prepared, await handIn(prepared, result), result));
  return exitCodeOf(result);
}

async function submitAsBundle(command: SubmitCommand, submission: Submission, bundle: string | true): Promise<number> {
  const { project, lab, folder } = submission;
  const layout = await layoutOf(command, project, project.root);
  const student = studentName({ named: command.student, login: undefined, remotes: undefined });
  const target = resolve(project.workingDirectory, bundle === true ? `${lab.slug}-${student}.zip` : bundle);
  const shown = relative(project.workingDirectory, target);
  await requireBundleFile(target, shown);
  const submitted = await readSubmittedFiles({ lab, folder });
  const own = folderOf(layout, student, lab.slug);
  const count = countFiles(submitted.files.length);
  if (command.dryRun) {
    process.stdout.write(`${shown} would hold ${count} as ${own}, and the result.\nIt was not graded or written.\n`);
    return 0;
  }
  const graded = await gradeAndShow(command, submission);
  if (graded.verdict === "fault") return tellFault(graded);
  requireSame(submitted, graded);
  const result = { ...graded, submission: { ...graded.submission, student } };
  await writeFile(`${target}.new`, makeBundle(own, submitted.files, result));
  await rename(`${target}.new`, target);
  process.stdout.write(`\n${shown} holds ${count} as ${own}, ${scoreOf(result)}.\nHand this file in.\n`);
  return exitCodeOf(result);
}

/** Where submissions lie in the course, by its `course.yaml`. */
async function layoutOf({ course }: SubmitCommand, { workingDirectory }: Project, root: string): Promise<string> {
  const file = course === undefined ? join(root, COURSE_FILE) : resolve(workingDirectory, course);
  return (await readCourse(file, relative(workingDirectory, file))).submissions;
}

async function requireBundleFile(target: string, shown: string): Promise<void> {
  const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() ?? false;
  const reason = isFolder
    ? "it is a folder"
    : await access(dirname(target), constants.W_OK).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => error.code,
      );
  if (reason === undefined) return;
  throw usageError("BUNDLE_UNWRITABLE", `${shown}: cannot be written (${reason}), expected a file`, {
    hint: "Name a file in a folder that exists: --bundle <file>.",
  });
}

async function gradeAndShow(
  { parser, signal, hints }: SubmitCommand,
  { project, lab, folder }: Submission,
): Promise<Result> {
  const progress = showProgress((text) => process.stderr.write(text), screenOf(process.stderr, process.env), lab.slug);
  const { width, colour, unicode } = screenOf(process.stdout, process.env);
  const loadReport = () => import("@compose-labs/report");
  return grade({
    lab,
    folder,
    parser,
    engine: sweepingEngine(process.env, signal, project.leasesDirectory),
    environment: process.env,
    signal,
    progress,
    onResult: async (result) => {
      progress.end();
      const { renderTerminal } = await loadReport();
      process.stdout.write(renderTerminal(result, { width, colour, unicode, hints, quiet: false }));
    },
  });
}

function tellFault(result: Result): number {
  process.stderr.write(
    "\nNothing was handed in: there is no verdict on your files. Submit again when the cause is gone.\n",
  );
  return exitCodeOf(result);
}
