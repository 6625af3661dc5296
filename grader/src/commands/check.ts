import { stat } from "node:fs/promises";
import { relative } from "node:path";
import { type Lab, type Result, usageError } from "@compose-labs/lab";
import type { YamlParser } from "@compose-labs/submission/parser";
import { sweepingEngine } from "../engine-connection.ts";
import { grade, type KeptStack } from "../grading/grade.ts";
import { showProgress } from "../progress.ts";
import { screenOf } from "../terminal.ts";
import { exitCodeOf } from "../verdict.ts";
import { labNamed, projectOf, submissionFolder } from "./lab-argument.ts";

export interface CheckCommand {
  labs?: string;
  lab: string;
  dir?: string;
  json?: boolean;
  report?: string[];
  like?: string;
  seed?: string;
  keep?: boolean;
  only?: string[];
  hints: number;
  quiet?: boolean;
  policyOnly?: boolean;
  parser: YamlParser;
  signal: AbortSignal;
}

export async function check(command: CheckCommand): Promise<number> {
  const project = projectOf(command);
  const lab = await labNamed(project, command.lab);
  const folder = submissionFolder(project, lab, command.dir);
  await requireFolder(folder, relative(project.workingDirectory, folder) || ".", lab);
  const targets = await reportTargets(command, project.workingDirectory);
  const like =
    command.like === undefined
      ? undefined
      : await (await import("../like.ts")).readLike(command.like, lab, project.workingDirectory);
  const seed = command.seed ?? like?.seed;
  const screen = screenOf(process.stdout, process.env);
  const progress = showProgress((text) => process.stderr.write(text), screenOf(process.stderr, process.env), lab.slug);
  const loadReport = () => import("@compose-labs/report");
  const result = await grade({
    lab,
    folder,
    ...(seed === undefined ? {} : { seed }),
    ...(command.only === undefined ? {} : { only: command.only }),
    keep: command.keep ?? false,
    policyOnly: command.policyOnly ?? false,
    parser: command.parser,
    engine: sweepingEngine(process.env, command.signal, project.leasesDirectory),
    environment: process.env,
    signal: command.signal,
    progress,
    onWaiting: () => void loadReport(),
    onResult: async (outcome, kept) => {
      progress.end();
      const { renderJson, renderTerminal } = await loadReport();
      const { colour, width } = screen;
      const options = { width, colour, unicode: screen.unicode, hints: command.hints, quiet: command.quiet ?? false };
      if (targets.every(({ file }) => file !== undefined)) {
        process.stdout.write(command.json ? renderJson(outcome) : renderTerminal(outcome, options));
      }
      if (targets.length > 0) {
        const { writeReports } = await import("../report-target.ts");
        await writeReports(targets, [outcome], { ...options, environment: process.env, stdout: process.stdout });
      }
      if (like !== undefined) {
        const { compareResults, renderComparison } = await import("@compose-labs/report/comparison");
        process.stderr.write(renderComparison(compareResults(like, outcome), [command.like ?? "", "this run"]));
      }
      if (kept) process.stderr.write(keptText(kept, outcome));
    },
  });
  return exitCodeOf(result);
}

/** What writes reports is loaded where one is asked for. */
async function reportTargets({ report = [], json = false }: CheckCommand, workingDirectory: string) {
  if (report.length === 0) return [];
  const { openReportTargets } = await import("../report-target.ts");
  return openReportTargets(report, { workingDirectory, environment: process.env, stdoutIsTaken: json });
}

async function requireFolder(folder: string, shown: string, lab: Lab): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw usageError(
    "SUBMISSION_MISSING",
    `${shown}: found ${found ? "a file" : "nothing"}, expected the folder with your submission`,
    {
      hint: `Begin with \`grader start ${lab.slug}\`, or name your folder: \`grader check ${lab.slug} <dir>\`.`,
    },
  );
}

function keptText({ project, endpoints }: KeptStack, result: Result): string {
  const reach = endpoints.map(({ service, target, url }) => `  ${service}:${target}  ${url}\n`).join("");
  return (
    `\nThe stack of ${result.lab.title} is still up as project ${project}.\n${reach}` +
    `  Look at it    docker ps --filter label=com.docker.compose.project=${project}\n` +
    "  Remove it     grader clean\n"
  );
}
