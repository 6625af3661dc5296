import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { openOwnFolder } from "@compose-labs/engine/before-start";
import { caseTitle, isAsItMustBe, renderProof } from "@compose-labs/report";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { silent } from "../grading/phases.ts";
import { prove } from "../proof/prove.ts";
import type { Shard } from "../proof/selection.ts";
import { Slots } from "../proof/slots.ts";
import { together } from "../proof/together.ts";
import { requireWritable } from "../report-file.ts";
import { screenOf } from "../terminal.ts";
import { namedLabs, projectOf } from "./lab-argument.ts";

export interface VerifyCommand {
  labs?: string;
  names: string[];
  repeat: number;
  jobs?: number;
  only?: string[];
  shard?: Shard;
  adversity?: boolean;
  json?: boolean;
  reportFile?: string;
  signal: AbortSignal;
}

export async function verify(command: VerifyCommand): Promise<number> {
  const project = projectOf(command);
  const labs = await namedLabs(project, command.names);
  const reportFile = command.reportFile && resolve(project.workingDirectory, command.reportFile);
  if (reportFile !== undefined) await requireWritable(reportFile);
  const engine = sweepingEngine(process.env, command.signal, project.leasesDirectory);
  await engine();
  await using own = await openOwnFolder("cases");
  const slots = new Slots(command.jobs ?? defaultJobs());
  const screen = screenOf(process.stdout, process.env);
  let shown = Promise.resolve();
  const reports = await together(command.signal, (signal) =>
    labs.map((lab) => {
      const proof = prove({
        lab,
        repeat: command.repeat,
        only: command.only,
        shard: command.shard,
        adversity: command.adversity ?? false,
        slots,
        temporary: own.path,
        signal,
        grade: (options) => grade({ ...options, engine, environment: process.env, progress: silent }),
        onCase: (proven, entry) =>
          process.stderr.write(
            `${entry.ok ? "ok     " : "NOT OK "} ${proven.slug} ${caseTitle(entry)} (${(entry.ms / 1000).toFixed(1)} s)\n`,
          ),
      });
      // Each as soon as it and those before it are done.
      const before = shown;
      const done = proof.then(async (report) => {
        await before;
        if (!command.json) process.stdout.write(`${renderProof(report, screen)}\n`);
        return report;
      });
      shown = done.then(
        () => undefined,
        () => undefined,
      );
      return done;
    }),
  );
  const document = `${JSON.stringify(reports, null, 2)}\n`;
  if (command.json) process.stdout.write(document);
  if (reportFile !== undefined) await writeFile(reportFile, document);
  return reports.every(isAsItMustBe) ? 0 : 1;
}

/** Stacks side by side wait for different things, but each start is work for the engine: as many as processors. */
export function defaultJobs(): number {
  return Math.min(Math.max(availableParallelism(), 2), 8);
}
