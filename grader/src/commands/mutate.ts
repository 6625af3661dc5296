import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openOwnFolder } from "@compose-labs/engine/before-start";
import { labDigest, loadRubric } from "@compose-labs/lab";
import { type MutantOutcome, type MutationReport, mutationScore, renderMutation } from "@compose-labs/report";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { graderDigest } from "../grading/grader-digest.ts";
import { silent } from "../grading/phases.ts";
import { openMemory } from "../mutation/memory.ts";
import { type Plan, planOf } from "../mutation/plan.ts";
import { runMutants } from "../mutation/run-mutants.ts";
import { listMutants, showMutant } from "../mutation/tell-mutants.ts";
import { timeLeft } from "../mutation/time-left.ts";
import type { Project } from "../project.ts";
import { Slots } from "../proof/slots.ts";
import { requireWritable } from "../report-file.ts";
import { screenOf } from "../terminal.ts";
import { namedLabs, projectOf } from "./lab-argument.ts";
import { defaultJobs } from "./verify.ts";

export interface MutateCommand {
  labs?: string;
  names: string[];
  jobs?: number;
  sample?: number;
  seed?: string;
  since?: string;
  only?: string[];
  fresh?: boolean;
  list?: boolean;
  show?: string;
  into?: string;
  threshold: number;
  json?: boolean;
  reportFile?: string;
  signal: AbortSignal;
}

export async function mutate(command: MutateCommand): Promise<number> {
  const project = projectOf(command);
  const plans: Plan[] = [];
  for (const lab of await namedLabs(project, command.names)) plans.push(await planOf(lab, command));
  if (command.show !== undefined) return await showMutant(command.show, plans, project, command.into);
  if (command.list) return listMutants(plans, command.json ?? false);

  const reportFile = command.reportFile && resolve(project.workingDirectory, command.reportFile);
  if (reportFile !== undefined) await requireWritable(reportFile);
  const screen = screenOf(process.stdout, process.env);
  const reports: MutationReport[] = [];
  for (const plan of plans) {
    const report = await run(plan, project, command);
    reports.push(report);
    if (!command.json) process.stdout.write(`${renderMutation(report, screen)}\n`);
  }
  const document = `${JSON.stringify(reports, null, 2)}\n`;
  if (command.json) process.stdout.write(document);
  if (reportFile !== undefined) await writeFile(reportFile, document);
  if (reports.some(({ mutants }) => mutants.some(({ status }) => status === "fault"))) return 3;
  return reports.every((report) => (mutationScore(report) ?? 100) >= command.threshold) ? 0 : 1;
}

async function run(plan: Plan, project: Project, command: MutateCommand): Promise<MutationReport> {
  const { lab, asked, all, equivalent } = plan;
  const { signal } = command;
  const rubric = await loadRubric(lab);
  const engine = sweepingEngine(process.env, signal, project.leasesDirectory);
  const memory = await openMemory({
    directory: project.mutationDirectory,
    slug: lab.slug,
    labDigest: await labDigest(lab),
    graderDigest: await graderDigest(),
    fresh: command.fresh ?? false,
  });
  const from = performance.now();
  const toGrade = asked.filter(({ digest }) => !memory.known.has(digest)).length;
  let done = 0;
  const tell = (outcome: MutantOutcome) => {
    done++;
    const left = timeLeft({ done, all: toGrade, ms: performance.now() - from });
    const why = outcome.killedBy[0] ?? outcome.codes[0];
    process.stderr.write(
      `${outcome.status.padEnd(8)} ${lab.slug} ${outcome.id}${why === undefined ? "" : ` (${why})`} ${done} of ${toGrade}${left}\n`,
    );
  };
  await using own = await openOwnFolder("cases");
  const mutants = await runMutants({
    ...plan,
    mutants: asked,
    memory,
    slots: new Slots(command.jobs ?? defaultJobs()),
    temporary: own.path,
    signal,
    grade: (options) => grade({ ...options, engine, environment: process.env, progress: silent }),
    onOutcome: tell,
  });
  const graded = new Set(asked.map((mutant) => mutant.id));
  const { id, title } = lab.manifest;
  return {
    lab: { id, title, slug: lab.slug },
    checks: rubric.checks.map((check) => ({ id: check.id, title: check.title })),
    mutants,
    equivalent: [...equivalent]
      .filter(([mutant]) => !graded.has(mutant))
      .map(([mutant, reason]) => ({ id: mutant, reason })),
    left: all.filter((mutant) => !graded.has(mutant.id) && !equivalent.has(mutant.id)).length,
    threshold: command.threshold,
    ms: performance.now() - from,
  };
}
