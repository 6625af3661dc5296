import { type Lab, loadProof, type Result } from "@compose-labs/lab";
import { renderTerminal } from "@compose-labs/report";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { showProgress } from "../progress.ts";
import type { Project } from "../project.ts";
import { type Case, casesOf, layOut, titleOf } from "../proof/cases.ts";
import { judge } from "../proof/judge.ts";
import { screenOf } from "../terminal.ts";
import { allLabs, projectOf } from "./lab-argument.ts";

interface DemoRun {
  lab: Lab;
  project: Project;
  engine: ReturnType<typeof sweepingEngine>;
  signal: AbortSignal;
}

/** Grades a reference, the starter and one mutant of every lab, and shows what a student would see. */
export async function demo(options: { labs?: string; signal: AbortSignal }): Promise<number> {
  const project = projectOf(options);
  const { signal } = options;
  const engine = sweepingEngine(process.env, signal, project.leasesDirectory);
  await engine();
  const from = performance.now();
  const rows: string[] = [];
  let right = true;
  for (const lab of await allLabs(project)) {
    for (const entry of await demoCases(lab)) {
      const { row, ok } = await show(entry, { lab, project, engine, signal });
      rows.push(row);
      right &&= ok;
    }
  }
  const seconds = ((performance.now() - from) / 1000).toFixed(0);
  process.stdout.write(
    `\n${"=".repeat(80)}\nThe demo in one table\n\n${rows.join("")}\n${rows.length} gradings in ${seconds} s.\n\n`,
  );
  process.stdout.write(
    "What to run next:\n" +
      "  npm run grader list                   the labs\n" +
      "  npm run grader start 07               begin one, in submissions/07-bridge-networks\n" +
      "  npm run grader check 07               grade it\n" +
      "  npm run verify -- 07                  prove that the lab's own checks are right\n" +
      "  npm test                              every test, and the proof of every lab\n",
  );
  return right ? 0 : 1;
}

/** Right, begun, and wrong in one way. */
async function demoCases(lab: Lab): Promise<Case[]> {
  const cases = casesOf(lab, await loadProof(lab));
  const mutant = cases.find((entry) => entry.kind === "mutant" && entry.refused === undefined);
  return [
    ...cases.filter((entry) => entry.kind === "reference" || entry.kind === "starter"),
    ...(mutant ? [mutant] : []),
  ];
}

async function show(entry: Case, { lab, project, engine, signal }: DemoRun): Promise<{ row: string; ok: boolean }> {
  const title = `${lab.slug}: ${titleOf(entry)}`;
  process.stdout.write(`\n${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n`);
  const screen = screenOf(process.stdout, process.env);
  const progress = showProgress((text) => process.stderr.write(text), screenOf(process.stderr, process.env), lab.slug);
  await using laid = await layOut(entry, project.casesDirectory);
  const result = await grade({
    lab,
    folder: laid.folder,
    engine,
    environment: process.env,
    signal,
    progress,
    onResult: (outcome) => {
      progress.end();
      process.stdout.write(renderTerminal(outcome, { ...screen, hints: 1 }));
    },
  });
  signal.throwIfAborted();
  const judged = judge(entry, result, 0);
  return { row: rowOf(title, result, judged.problem), ok: judged.ok };
}

function rowOf(title: string, result: Result, problem: string | undefined): string {
  const score = result.score === null ? result.verdict : `${result.score} of ${result.maxScore}`;
  const note = problem === undefined ? "as expected" : `NOT AS EXPECTED: ${problem}`;
  return `  ${title.padEnd(52)} ${score.padStart(10)}  ${note}\n`;
}
