import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import {
  differenceOf,
  equivalentReasons,
  generateMutants,
  type Mutant,
  readMutationSource,
  type Source,
  sampleMutants,
  selectMutants,
} from "@compose-labs/authoring/mutation";
import { checkProofAgainst, type Lab, labDigest, loadProof, loadRubric, usageError } from "@compose-labs/lab";
import { type MutantOutcome, type MutationReport, mutationScore, renderMutation } from "@compose-labs/report";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { silent } from "../grading/phases.ts";
import { changedSince } from "../mutation/changed-since.ts";
import { openMemory } from "../mutation/memory.ts";
import { runMutants, writeMutant } from "../mutation/run-mutants.ts";
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

/** The mutants of one lab, and which of them are to be graded. */
interface Plan {
  lab: Lab;
  reference: string;
  source: Source;
  all: Mutant[];
  asked: Mutant[];
  equivalent: Map<string, string>;
}

export async function mutate(command: MutateCommand): Promise<number> {
  const project = projectOf(command);
  const plans: Plan[] = [];
  for (const lab of await namedLabs(project, command.names)) plans.push(await planOf(lab, command));
  if (command.show !== undefined) return await show(command.show, plans, project, command.into);
  if (command.list) return list(plans, command.json ?? false);

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

async function planOf(lab: Lab, { only, since, sample, seed }: MutateCommand): Promise<Plan> {
  const [proof, rubric] = await Promise.all([loadProof(lab), loadRubric(lab)]);
  checkProofAgainst(lab, proof, rubric);
  const source = await readMutationSource(lab, proof.reference);
  const all = generateMutants(source);
  const equivalent = equivalentReasons(all, proof.equivalent);
  // Asked for by name, a mutant is graded although the lab says that it is no mistake.
  let asked = only === undefined ? all.filter(({ id }) => !equivalent.has(id)) : selectMutants(all, only);
  if (since !== undefined) asked = await changedSince(lab, asked, since);
  if (sample !== undefined) asked = sampleMutants(asked, sample, seed ?? lab.slug);
  return { lab, reference: proof.reference, source, all, asked, equivalent };
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
  await mkdir(project.casesDirectory, { recursive: true, mode: 0o700 });
  const temporary = await mkdtemp(join(project.casesDirectory, "mutation-"));
  try {
    const mutants = await runMutants({
      ...plan,
      mutants: asked,
      memory,
      slots: new Slots(command.jobs ?? defaultJobs()),
      temporary,
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
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function list(plans: readonly Plan[], json: boolean): number {
  const listed = plans.flatMap(({ lab, source, asked, all, equivalent }) =>
    [...asked, ...all.filter((mutant) => equivalent.has(mutant.id) && !asked.includes(mutant))].map((mutant) => ({
      lab: lab.slug,
      id: mutant.id,
      title: mutant.operator.title,
      meaning: mutant.operator.meaning,
      equivalent: equivalent.get(mutant.id),
      difference: differenceOf(source, mutant),
    })),
  );
  if (json) process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
  else {
    for (const { lab, id, equivalent } of listed) {
      process.stdout.write(`${lab}  ${id}${equivalent === undefined ? "" : "  (equivalent)"}\n`);
    }
  }
  return 0;
}

/** One mutant as a difference, and as a folder that can be graded if one is named. */
async function show(id: string, plans: readonly Plan[], project: Project, into: string | undefined): Promise<number> {
  const found = plans.flatMap((plan) =>
    plan.all.filter((mutant) => mutant.id === id).map((mutant) => ({ plan, mutant })),
  );
  const [first] = found;
  if (first === undefined) {
    selectMutants(
      plans.flatMap(({ all }) => all),
      [id],
    );
    throw usageError("MUTANT_UNKNOWN", `found that "${id}" means several mutants, expected the id of one`, {
      hint: "List them with `grader mutate <lab> --list`.",
    });
  }
  for (const { plan, mutant } of found) {
    process.stdout.write(`${plan.lab.slug}  ${id}\n${mutant.operator.meaning}\n\n${differenceOf(plan.source, mutant)}`);
  }
  if (into !== undefined) {
    const folder = resolve(project.workingDirectory, into);
    await makeFolder(folder);
    await writeMutant(first.mutant, first.plan.reference, folder);
    const shown = relative(project.workingDirectory, folder);
    process.stderr.write(`Grade it with \`grader check ${first.plan.lab.slug} ${shown}\`.\n`);
  }
  return 0;
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw usageError(
      "INTO_UNUSABLE",
      `${folder}: cannot be made (${cause.code}), expected a folder that does not exist yet`,
      {
        hint: "Name a new folder with --into, in a folder that exists.",
        cause,
      },
    );
  });
}
