// npm run bench -- [--runs N] [--only NAME]... [--labs 03,07] [--quick] [--json]
// Prints each figure that the project promises beside its baseline of the same run. Ends with 0 whether the targets
// are met or not, with 1 when something could not be measured.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { checkBench } from "./check-bench.ts";
import { failureBench } from "./failure-bench.ts";
import type { Bench, BenchContext, Figure } from "./figure.ts";
import { gradebookBench } from "./gradebook-bench.ts";
import { describeMachine } from "./machine.ts";
import { helpBench, staticBench } from "./start-bench.ts";
import { structureBench } from "./structure-bench.ts";
import { describeFigure, renderFigures } from "./table.ts";
import { verifyBench } from "./verify-bench.ts";

const BENCHES: Bench[] = [
  helpBench,
  staticBench,
  checkBench("06-volumes"),
  checkBench("07-bridge-networks"),
  checkBench("09-compose-stack"),
  failureBench,
  structureBench,
  gradebookBench,
  verifyBench,
];

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    only: { type: "string", multiple: true },
    labs: { type: "string", default: "03,06,07,09" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
process.exitCode = await bench();

async function bench(): Promise<number> {
  const chosen = BENCHES.filter(({ name }) => values.only?.includes(name) ?? true);
  const unknown = values.only?.filter((name) => !BENCHES.some((bench) => bench.name === name)) ?? [];
  const runs = Number(values.runs);
  if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
    const found = unknown.length > 0 ? `--only ${unknown.join(", ")}` : `--runs ${values.runs}`;
    process.stderr.write(
      `Found ${found}.\nExpected --runs with a whole number from 1 and --only with ${BENCHES.map(({ name }) => name).join(", ")}.\n`,
    );
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(signal));
  const root = dirname(import.meta.dirname);
  const temporary = await mkdtemp(join(tmpdir(), "compose-labs-bench-"));
  try {
    return await measure(chosen, {
      root,
      grader: join(root, "grader/bin/grader.mjs"),
      temporary,
      runs,
      quick: values.quick,
      labs: values.labs.split(","),
      signal: stop.signal,
      note: (text) => process.stderr.write(`${text}\n`),
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function measure(benches: Bench[], context: BenchContext): Promise<number> {
  const machine = await describeMachine();
  const figures: Figure[] = [];
  const failed: string[] = [];
  for (const { name, run } of benches) {
    context.note(`measuring ${name} …`);
    try {
      figures.push(...(await run(context)));
    } catch (error) {
      if (context.signal.aborted) {
        failed.push(`stopped by ${context.signal.reason} while measuring ${name}`);
        break;
      }
      failed.push(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (values.json) {
    const document = { machine, runs: context.runs, figures: figures.map(describeFigure), failed };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    process.stdout.write(`${renderFigures(figures)}\n\nmedians of ${context.runs} runs; ${machine}\n`);
    for (const text of failed) process.stdout.write(`\n${text}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}
