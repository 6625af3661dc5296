import { rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openOwnFolder } from "@compose-labs/engine/before-start";
import { usageError } from "@compose-labs/lab";
import { COURSE_FILE, readCourse } from "@compose-labs/lab/course";
import type { PullRequest } from "@compose-labs/lab/pull-request";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { showProgress } from "../progress.ts";
import { COMMIT, type PullRequestEvent, readPullRequestEvent } from "../pull-request/event-file.ts";
import { pullRequestExitCode } from "../pull-request/exit-code.ts";
import { fitDocument, MAX_DOCUMENT } from "../pull-request/fit-document.ts";
import { openGit } from "../pull-request/git.ts";
import { gradePullRequest } from "../pull-request/grade-pull-request.ts";
import { requireWritable } from "../report-file.ts";
import { openReportTargets } from "../report-target.ts";
import { screenOf } from "../terminal.ts";
import { projectOf } from "./lab-argument.ts";

export interface PrCommand {
  labs?: string;
  event?: string;
  base?: string;
  head?: string;
  repository: string;
  course?: string;
  document?: string;
  summary?: string;
  report?: string[];
  signal: AbortSignal;
}

/** Grades a pull request: labs, checks and grader are those of this checkout, the head is data in another folder. */
export async function pr(command: PrCommand): Promise<number> {
  const { signal } = command;
  const project = projectOf(command);
  const at = (path: string) => resolve(project.workingDirectory, path);
  const event = await eventOf(command, at);
  const revisions = event ?? revisionsOf(command);
  const course = await readCourse(
    command.course === undefined ? join(project.root, COURSE_FILE) : at(command.course),
    command.course ?? COURSE_FILE,
  );
  const file = named(command.document, at);
  const summary = named(command.summary ?? process.env["GITHUB_STEP_SUMMARY"], at);
  for (const written of [file, summary]) if (written !== undefined) await requireWritable(written);
  const reports = await openReportTargets(command.report ?? [], {
    workingDirectory: project.workingDirectory,
    environment: process.env,
    stdoutIsTaken: false,
  });
  const git = openGit(at(command.repository), { environment: process.env, signal });
  await requireRepository(git, command.repository);

  await using own = await openOwnFolder("pull-requests");
  const engine = sweepingEngine(process.env, signal, project.leasesDirectory);
  const document = await gradePullRequest({
    git,
    base: revisions.base,
    head: revisions.head,
    event,
    course,
    labs: project.labs,
    temporary: own.path,
    async grade({ lab, folder, student }, onResult) {
      process.stderr.write(`Grading ${lab.slug} of ${student}\n`);
      const screen = screenOf(process.stderr, process.env);
      const progress = showProgress((text) => process.stderr.write(text), screen, lab.slug);
      await grade({
        lab,
        folder,
        engine,
        environment: process.env,
        signal,
        progress,
        onResult: async (result) => {
          progress.end();
          await onResult(result);
        },
      });
    },
    save: async (whole) => {
      if (file !== undefined) await writeWhole(file, fitDocument(whole, MAX_DOCUMENT));
    },
  });
  const { stdout, stderr } = process;
  const { tellPullRequest } = await import("../pull-request/tell.ts");
  await tellPullRequest(document, { reports, summary, environment: process.env, stdout, stderr });
  return pullRequestExitCode(document);
}

/** A variable of the environment may be there and empty. */
const named = (path: string | undefined, at: (path: string) => string) => (path ? at(path) : undefined);

/** Undefined where the commits are named on the command line. */
async function eventOf(command: PrCommand, at: (path: string) => string): Promise<PullRequestEvent | undefined> {
  if (command.base !== undefined || command.head !== undefined) return undefined;
  const path = named(command.event ?? process.env["GITHUB_EVENT_PATH"], at);
  if (path !== undefined) return readPullRequestEvent(path);
  throw usageError("EVENT_UNNAMED", "found neither --event nor --base and --head, expected to know the pull request", {
    hint: "Name the event's file (GITHUB_EVENT_PATH in GitHub Actions), or both commits.",
  });
}

function revisionsOf({ base = "", head = "" }: PrCommand): { base: string; head: string } {
  for (const [option, value] of Object.entries({ base, head })) {
    if (COMMIT.test(value)) continue;
    throw usageError(
      "COMMIT_INVALID",
      `--${option}: found ${value === "" ? "nothing" : `"${value}"`}, expected the full hash of a commit`,
      { hint: "Give both --base and --head; `git rev-parse <branch>` prints the hash." },
    );
  }
  return { base, head };
}

async function requireRepository(git: ReturnType<typeof openGit>, shown: string): Promise<void> {
  const { exitCode } = await git.run(["rev-parse", "--git-dir"], { exits: [0, 128] });
  if (exitCode === 0) return;
  throw usageError("REPOSITORY_MISSING", `${shown}: found no Git repository, expected one that has the head`, {
    hint: "Name a checkout or a bare repository with --repository.",
  });
}

/** All of it or what was there before, whenever the command ends. */
async function writeWhole(file: string, document: PullRequest): Promise<void> {
  const beside = `${file}.new`;
  await writeFile(beside, `${JSON.stringify(document)}\n`);
  await rename(beside, file);
}
