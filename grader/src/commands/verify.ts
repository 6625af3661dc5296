import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { isProven, type ProofReport, renderProof } from "@compose-labs/report";
import { lazyEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { silent } from "../grading/phases.ts";
import { caseTitle } from "../proof/cases.ts";
import { prove } from "../proof/prove.ts";
import { Slots } from "../proof/slots.ts";
import { screenOf } from "../terminal.ts";
import { allLabs, labNamed, projectOf } from "./lab-argument.ts";

export interface VerifyCommand {
  labs?: string;
  names: string[];
  repeat: number;
  jobs?: number;
  only?: string[];
  json?: boolean;
  reportFile?: string;
  signal: AbortSignal;
}

export async function verify(command: VerifyCommand): Promise<number> {
  const project = projectOf(command);
  const labs =
    command.names.length === 0
      ? await allLabs(project)
      : await Promise.all(command.names.map((name) => labNamed(project, name)));
  const engine = lazyEngine(process.env, command.signal);
  await engine();
  const slots = new Slots(command.jobs ?? defaultJobs());
  const screen = screenOf(process.stdout, process.env);
  const reports: ProofReport[] = [];
  for (const proof of labs.map((lab) =>
    prove({
      lab,
      repeat: command.repeat,
      only: command.only,
      slots,
      temporary: project.casesDirectory,
      signal: command.signal,
      grade: (options) =>
        grade({
          ...options,
          engine,
          environment: process.env,
          signal: command.signal,
          progress: silent,
        }),
      onCase: (proven, entry) =>
        process.stderr.write(
          `${entry.ok ? "ok     " : "NOT OK "} ${proven.slug} ${caseTitle(entry)} (${(entry.ms / 1000).toFixed(1)} s)\n`,
        ),
    }),
  )) {
    const report = await proof;
    reports.push(report);
    if (!command.json)
      process.stdout.write(
        `${renderProof(report, { width: screen.width, colour: screen.colour, unicode: screen.unicode })}\n`,
      );
  }
  const document = `${JSON.stringify(reports, null, 2)}\n`;
  if (command.json) process.stdout.write(document);
  if (command.reportFile !== undefined)
    await writeFile(resolve(project.workingDirectory, command.reportFile), document);
  return reports.every(isProven) ? 0 : 1;
}

/** A stack spends most of its time waiting: twice the processors, within reason. */
function defaultJobs(): number {
  return Math.min(Math.max(2 * availableParallelism(), 2), 8);
}
